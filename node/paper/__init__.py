"""The road on paper (纸上带件): a parcel printed as QR codes, carried by hand and read by a camera; and the code that answers it."""
