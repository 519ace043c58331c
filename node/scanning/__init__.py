"""What comes from camera, scanner or disk becomes clean pages here (扫描): decoded, turned upright, shrunk and written anew.

The node itself imports only `intake`; Pillow and pypdfium2 live in a child process.
"""
