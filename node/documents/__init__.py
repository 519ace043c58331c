"""Documents (文书): what a case is on paper: A4 pages of placed things, as PDF and as OFD."""
