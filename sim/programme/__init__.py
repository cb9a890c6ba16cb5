"""Activities 活动: sessions are drawn, take rooms, fill up, are held or cancelled."""
