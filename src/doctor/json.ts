/** Events as NDJSON: one object a line. */
import { formatLine } from '../cli/json-line.ts';
import type { DoctorEvent } from './events.ts';
import type { DoctorLine } from './lines.ts';

export function renderJson(event: DoctorEvent): string {
  return formatLine(toLine(event));
}

function toLine(event: DoctorEvent): DoctorLine {
  switch (event.type) {
    case 'finding': {
      const { type, section, name, status, detail, mends } = event;
      return { type, section, name, status, detail, mends };
    }
    case 'summary': {
      const { ok, limited, no, unknown } = event.commands;
      return { type: 'summary', ok, limited, no, unknown };
    }
  }
}
