# Turns what EF Core's idempotent script puts into a DO block, and PostgreSQL runs outside a transaction only, into
# statements that psql runs by themselves, under the same condition.
BEGIN { print "\\set ON_ERROR_STOP on"; print "" }
/^DO \$EF\$$/ { block = $0; statement = ""; inside = 1; next }
inside {
    block = block "\n" $0
    if ($0 ~ /^ *IF NOT EXISTS\(SELECT 1 FROM registry_migrations /) condition = $0
    if ($0 ~ / INDEX CONCURRENTLY /) statement = $0
    if ($0 == "END $EF$;") {
        if (statement == "") {
            print block
        } else {
            sub(/^ *IF /, "", condition); sub(/ THEN *$/, "", condition)
            sub(/^ */, "", statement); sub(/; *$/, "", statement)
            print "SELECT $EF$" statement "$EF$ WHERE " condition " \\gexec"
        }
        inside = 0
    }
    next
}
{ print }
