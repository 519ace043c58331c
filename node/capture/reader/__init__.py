"""THE ID CARD READER (身份证阅读器): one interface, over the vendor's local web service or a command that prints what the SDK says."""
