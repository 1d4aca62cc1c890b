-- An export goes through a counter's months one by one: what a decision moved into a month must not be looked for among all
-- decisions each time.
create index decision_day on decision (day);
