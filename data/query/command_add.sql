-- Keeps a command's answer. $1 actor, $2 command id, $3 digest of what was
-- asked, $4 receipt, $5 journal number.
-- Scope: the actor's own commands.
insert into command (actor, id, digest, receipt, seq) values ($1, $2, $3, $4, $5)
