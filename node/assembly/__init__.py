"""Assembly (组装): the parts of each drawer joined. Called by `node.assemble` alone; nothing here decides anything."""
