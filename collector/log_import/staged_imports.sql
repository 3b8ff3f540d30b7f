-- Imports that have anything staged.
SELECT DISTINCT import FROM imported_events
UNION DISTINCT
SELECT DISTINCT import FROM imported_outcomes
UNION DISTINCT
SELECT DISTINCT import FROM imported_contributions
