from odoo import models
from odoo.tools import SQL

#: Columns that the ORM keeps by itself.
KEPT_BY_ITSELF = ("write_uid", "write_date", "message_main_attachment_id")


class CbamFrozenRow(models.AbstractModel):
    """Rows that stay as they are once they are frozen: PostgreSQL itself refuses to change them, whoever asks.

    Neither the superuser nor a server action nor an import gets by. A model that inherits it says in SQL when its row
    ``r`` is frozen, which columns may change even so, and which operations are refused. A migration that has to touch
    such rows disables the trigger ``<table>_frozen``, and says so.
    """

    _name = "cbam.frozen.row"
    _description = "Row That Is Frozen"

    _frozen = ""
    _free_columns = ()
    _frozen_operations = "INSERT OR UPDATE OR DELETE"

    def init(self):
        """The trigger of the model's table."""
        super().init()
        if self._abstract or not self._frozen:
            return
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(trigger)s() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE r %(table)s;
                BEGIN
                    IF TG_OP = 'INSERT' THEN r := NEW; ELSE r := OLD; END IF;
                    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - %(free)s = to_jsonb(OLD) - %(free)s THEN
                        RETURN NEW;
                    END IF;
                    IF (%(frozen)s) THEN RAISE EXCEPTION %(said)s, r.id; END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                END $$;
                CREATE OR REPLACE TRIGGER %(trigger)s
                    BEFORE %(operations)s ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(trigger)s();
                """,
                trigger=SQL.identifier(f"{self._table}_frozen"),
                table=SQL.identifier(self._table),
                free=[*KEPT_BY_ITSELF, *self._free_columns],
                frozen=SQL(self._frozen),
                operations=SQL(self._frozen_operations),
                said=f"{self._description} % is frozen: it stays as it is.",
            )
        )
