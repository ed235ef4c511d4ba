/**
 * Commands of HAProxy's Runtime API that read and change nothing. Whatever is sent to a socket of the user's goes through
 * `isReadCommand`; the host refuses the rest, so that no mistake of ours can drain a server or end a session.
 */
const reads: readonly RegExp[] = [
  /^show (?:info|stat|proc|version)$/,
  /^show sess all$/,
  /^show ssl cert$/,
  // One name, and nothing behind it: `;`, `<<` and line feeds would begin another command.
  /^show ssl cert [\w@%+=:,./~-]+$/,
]

/** To one worker, through the master's socket: `@!4711 show info`. */
const toWorker = /^@(?:1|!\d{1,10}) /

/** Whether a text is one command that only reads. */
export function isReadCommand(text: string): boolean {
  const command = text.replace(toWorker, '')
  return reads.some((one) => one.test(command))
}

/** The question about one certificate; `undefined` for a name that cannot be asked about without quoting. */
export function certificateCommand(name: string): string | undefined {
  const command = `show ssl cert ${name}`
  return isReadCommand(command) ? command : undefined
}
