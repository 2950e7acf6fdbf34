"""Files → raw rows → typed tables; rejected rows; structure; profile and gate."""
