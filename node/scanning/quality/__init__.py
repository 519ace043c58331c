"""The quality gate (图像质量检查): what is wrong with a picture of a page, before it is kept.

Pillow only; runs only inside a child process.
"""
