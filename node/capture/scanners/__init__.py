"""Scanners (扫描仪): flatbeds and feeders, in the network by eSCL and at this machine by SANE, behind one interface."""
