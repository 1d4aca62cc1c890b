-- From here on `body.bytes` may be packed: what begins with a newline, which no line of a bundle holds. A program that knows
-- only earlier schemas refuses this folder, or it would take packed bodies for malformed ones. Those that are there stay
-- as they are. docs/protocol.md says the form.
--
-- 20 bytes a ballot for one query, which names its counter and is served as well by record_place.
drop index record_day;
