"""Drawing: PDF pages and pictures of seals, made in a child process that never sees a file from outside except a seal's picture."""
