import ipaddress
import math

import psycopg2.errors

from odoo import api, models

MINUTE = 60
#: Two visits of one visitor at the very same moment collide; who collides so often is too quick anyway.
ATTEMPTS = 5
NETWORK_OF_ONE = 64


class CbamVisitLimit(models.AbstractModel):
    """How often one visitor may knock at a door that is open to the outside, over all workers and servers together.

    Of a visitor no more is kept than the moment at which its allowance will be full again (a leaky bucket): ``most``
    visits may come at once, later ones when their share of the time has passed. A refused visit writes nothing.
    The table is unlogged: cheap, and after a crash of the database server it begins empty.
    """

    _name = "cbam.visit.limit"
    _description = "Limit of Visits from Outside"

    def init(self):
        """The table has no model: no user, role or export has anything to do with it."""
        self.env.cr.execute(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS cbam_visit (
                door varchar NOT NULL, visitor varchar NOT NULL, full_at timestamptz NOT NULL,
                PRIMARY KEY (door, visitor))
            """
        )

    @api.private
    @api.model
    def seconds_to_wait(self, door, visitor, most, seconds=MINUTE):
        """Note a visit; 0 where it is within the limit, else the whole seconds until the next one is.

        It has a transaction of its own: the visit counts though the request fails, and locks nothing for its length.

        :param door: names what is limited together
        :param visitor: an address (:meth:`visitor_of`) or the number of a user
        :param most: visits in ``seconds``
        """
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.registry.cursor() as cursor:
                    return self._noted(cursor, door, str(visitor), seconds / most, seconds)
            except psycopg2.errors.SerializationFailure:
                continue
        return 1

    @api.model
    def _noted(self, cursor, door, visitor, step, seconds):
        names = {"door": door, "visitor": visitor, "step": step, "seconds": seconds}
        cursor.execute(
            """
            INSERT INTO cbam_visit AS known (door, visitor, full_at)
                 VALUES (%(door)s, %(visitor)s, clock_timestamp() + %(step)s * interval '1 second')
            ON CONFLICT (door, visitor) DO UPDATE
                    SET full_at = GREATEST(known.full_at, clock_timestamp()) + %(step)s * interval '1 second'
                  WHERE known.full_at + (%(step)s - %(seconds)s) * interval '1 second' <= clock_timestamp()
              RETURNING 0
            """,
            names,
            log_exceptions=False,
        )
        if cursor.fetchone():
            return 0
        cursor.execute(
            """
            SELECT extract(epoch FROM full_at - clock_timestamp()) + %(step)s - %(seconds)s
              FROM cbam_visit WHERE door = %(door)s AND visitor = %(visitor)s
            """,
            names,
        )
        found = cursor.fetchone()
        return max(1, math.ceil(found[0])) if found else 1

    @api.private
    @api.model
    def visitor_of(self, address):
        """Whom an IP address stands for: of IPv6 its network, for a visitor has 2^64 addresses in one."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return "unknown"
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        if parsed.version == 4:
            return str(parsed)
        return str(ipaddress.ip_network((parsed.packed, NETWORK_OF_ONE), strict=False))

    @api.autovacuum
    def _gc_visits(self):
        """Whose allowance is full again is a stranger again."""
        self.env.cr.execute("DELETE FROM cbam_visit WHERE full_at < clock_timestamp()")
