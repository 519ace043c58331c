"""The recorded disk itself: played to its end without a cut, it is the folder."""
