class DashboardMixin:
    """Reading the dashboard."""

    def _figure(self, data, label):
        [found] = [figure for figure in data["figures"] if figure["label"] == label]
        return found

    def _behind(self, action):
        """The records that an action leads to."""
        model = self.env[action["res_model"]]
        return model.browse(action["res_id"]) if action.get("res_id") else model.search(action["domain"])

    def _queries(self, tab):
        """Of opening a tab, with Odoo's own caches filled."""
        dashboard = self.env["cbam.dashboard"]
        getattr(dashboard, tab)()
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        getattr(dashboard, tab)()
        return self.env.cr.sql_log_count - start
