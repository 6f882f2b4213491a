"""Medical: hospitals' messages become the stays of people under care."""
