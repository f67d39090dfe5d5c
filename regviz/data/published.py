"""Small data sets as they are printed in books and papers."""

import numpy as np

CURVE_POINTS = np.array(
    [0.349486, 0.830839, 1.007332, 0.971507, 0.133066, 0.166823, -0.848307, -0.445686, -0.563567, 0.261502]
)
"""targets at x = 0, 1/9 ... 1: sin 2πx and noise. Source: Bishop 2006, figure 1.2 and the book's data."""

AT_BATS = 45
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
"""of 18 baseball players in their first 45 times at bat in 1970. Source: Efron and Morris 1977."""

SEASON = np.array(
    [346, 298, 276, 222, 273, 270, 263, 210, 269, 230, 264, 256, 303, 264, 226, 285, 316, 200]
) / 1000  # fmt: skip
"""their batting averages at the end of that season. Source: Efron and Morris 1977."""
