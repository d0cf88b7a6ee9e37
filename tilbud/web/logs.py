import logging


class QuietFormatter(logging.Formatter):
    """Write when, how grave and which part; for an exception its class and where in the code, nothing else.

    A message or an exception's text may hold an address, a search word or a value typed into a form.
    """

    def format(self, record):
        line = super().formatTime(record, self.datefmt) + f" {record.levelname} {record.name}"
        status = getattr(record, "status_code", None)
        if status:
            line += f" {status}"
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            while trace and trace.tb_next:
                trace = trace.tb_next
            where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
            line += f" {kind.__name__} {where}"
        return line
