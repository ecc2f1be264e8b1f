-- What an earlier command of that id was answered. $1 actor, $2 command id.
-- Scope: the actor's own commands.
select digest, receipt from command where actor = $1 and id = $2
