/** Kinds of log lines, with Mosquitto's names (`log_type`). */
export const logTypes = [
  'error',
  'warning',
  'notice',
  'information',
  'debug',
  'subscribe',
  'unsubscribe',
  'internal',
  'websockets',
] as const

/** The kinds of log lines, as `log_type` of Mosquitto names them. */
export type LogType = (typeof logTypes)[number]

/** Where log lines go. `wants` lets the caller save the work of making a line nobody reads. */
export interface Log {
  wants(type: LogType): boolean
  write(type: LogType, text: string): void
}

export const silent: Log = { wants: () => false, write: () => undefined }
