/** How the tables of log lines are written: one row for each kind of line, one file for each program. */

export interface LineRow {
  readonly pattern: RegExp
  /** A real line of that kind. */
  readonly example: string
  /** What happened, in one sentence; without the reasons. */
  readonly meaning: string
  /** Every cause, most likely first. What the line itself shows (a byte, a number) may decide the order. */
  readonly causes?: readonly string[] | ((found: RegExpExecArray) => readonly string[])
  /** What to run next. */
  readonly next?: readonly string[]
  /** The line belongs to normal operation: it is known, and nothing has to be said about it. */
  readonly normal?: true
}

/** The log lines of one program, each with what it means. */
export interface LineTable {
  /** The program, as a person writes it. */
  readonly program: string
  /** Words in a line that only this program writes: they tell whose a line of its runtime is. */
  readonly mark?: RegExp
  /** What it runs on, whose lines it writes as well. */
  readonly runtime?: LineTable
  /** Its lines begin with nothing of their own: those of other programs are looked for first. */
  readonly plain?: true
  readonly rows: readonly LineRow[]
}

/** Commands that several tables end with. They work unchanged on a machine with the usual paths. */
export const next = {
  lint: 'mqtt-proxy lint /etc/haproxy/haproxy.cfg /etc/mosquitto/mosquitto.conf',
  lintHaproxy: 'mqtt-proxy lint /etc/haproxy/haproxy.cfg',
  checkHaproxy: 'haproxy -c -f /etc/haproxy/haproxy.cfg',
  probe: 'mqtt-proxy probe 127.0.0.1:1883',
  probeTls: 'mqtt-proxy probe mqtts://127.0.0.1:8883',
  ports: 'ss -ltn',
  clientCertificate: 'openssl x509 -in certs/clients/alice.crt -noout -subject -issuer -enddate',
  verifyClient: 'openssl verify -CAfile certs/client-ca.crt certs/clients/alice.crt',
} as const
