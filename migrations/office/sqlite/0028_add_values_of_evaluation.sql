-- The reported values on which an evaluation rests, one line of JSON each, as its digest reads them. Null for evaluations that were
-- stored before: theirs are those of today, as long as these give the same digest.
ALTER TABLE evaluation ADD COLUMN indicators TEXT;
