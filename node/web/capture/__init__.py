"""The scanning page (拍材料): from paper under a camera to a page in its slot, led by what the case's slots want."""
