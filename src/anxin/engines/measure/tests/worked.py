"""Small data sets whose analyses are printed in manuals, for several test files."""

# Student's sleep data (R: `sleep`): extra hours under two drugs, the same ten people.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

# R: `PlantGrowth` (Dobson 1983).
PLANTS = {
    "ctrl": [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14],
    "trt1": [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69],
    "trt2": [6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26],
}
PLANT_WEIGHTS = [weight for weights in PLANTS.values() for weight in weights]
PLANT_GROUPS = [name for name, weights in PLANTS.items() for _ in weights]
