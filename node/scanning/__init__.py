"""What comes from camera, scanner or disk becomes clean pages here (扫描): decoded, turned upright, shrunk and written anew.

The node itself imports only `intake`; Pillow, pypdfium2 and qrcode live in a child process.
"""
