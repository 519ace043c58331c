"""Capture (采集): shots wait on a tray until pages are made of them; from camera, phone, scanner or file."""
