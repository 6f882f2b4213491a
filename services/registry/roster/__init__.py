"""A roster that a bureau keeps as a spreadsheet (row 01): read with every fault told, judged against what is known, enrolled."""
