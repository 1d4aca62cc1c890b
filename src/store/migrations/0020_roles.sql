-- What a user may do, where, and until when. Who could sign in before there were roles administered everything.
alter table user add column role text not null default 'system';
-- Null for a system administrator: everything. Otherwise this unit and all below it.
alter table user add column node_no integer references node (no);
-- Unix seconds; from then on they may not sign in.
alter table user add column until integer;
-- 1: somebody else has seen their password; nothing but a new one is possible.
alter table user add column must_change integer not null default 0;
