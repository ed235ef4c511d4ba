/** MQTT's codes in words: CONNACK return codes of 3.1.1 ([MQTT-3.2.2.3]) and reason codes of 5.0 (2.4). */

const returnCodes: Readonly<Record<number, string>> = {
  0: 'accepted',
  1: 'unacceptable protocol version: the broker does not speak this MQTT version',
  2: 'client identifier rejected',
  3: 'server unavailable',
  4: 'bad user name or password; behind a PROXY header also a missing CN where the CN is the username',
  5: 'not authorised: anonymous clients are refused (allow_anonymous), or the username is unknown',
}

const reasonCodes: Readonly<Record<number, string>> = {
  0: 'success (also: normal disconnection, granted QoS 0)',
  1: 'granted QoS 1',
  2: 'granted QoS 2',
  4: 'disconnect with will message',
  16: 'no matching subscribers',
  17: 'no subscription existed',
  24: 'continue authentication',
  25: 're-authenticate',
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad user name or password; behind a PROXY header also a missing CN where the CN is the username',
  135: 'not authorised: anonymous clients are refused (allow_anonymous), or a password file does not know the name',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep alive timeout: nothing was heard for 1.5 times the keepalive',
  142: 'session taken over by another connection with the same client identifier',
  143: 'topic filter invalid',
  144: 'topic name invalid',
  145: 'packet identifier in use',
  146: 'packet identifier not found',
  147: 'receive maximum exceeded',
  148: 'topic alias invalid',
  149: 'packet too large',
  150: 'message rate too high',
  151: 'quota exceeded',
  152: 'administrative action',
  153: 'payload format invalid',
  154: 'retain not supported',
  155: 'QoS not supported',
  156: 'use another server',
  157: 'server moved',
  158: 'shared subscriptions not supported',
  159: 'connection rate exceeded',
  160: 'maximum connect time',
  161: 'subscription identifiers not supported',
  162: 'wildcard subscriptions not supported',
}

/** The meaning of a code for one protocol version; `undefined` where it has none. */
export function explainReasonCode(version: '3.1.1' | '5.0', code: number): string | undefined {
  return version === '5.0' ? reasonCodes[code] : returnCodes[code]
}

/** The meaning of a code whatever the version: the numbers of the two do not clash above 2. */
export function reasonText(code: number): string {
  return returnCodes[code] ?? reasonCodes[code] ?? `code ${code}`
}

/** The name alone, as it stands behind a code in a line: `not authorised`; empty for a code without one. */
function reasonName(code: number): string {
  return ((returnCodes[code] ?? reasonCodes[code] ?? '').split(/[;:(]/)[0] ?? '').trim()
}

/** `CONNACK 5 (not authorised)`. */
export function connackText(code: number | undefined): string {
  if (code === undefined) return 'CONNACK ?'
  const name = reasonName(code)
  return name === '' ? `CONNACK ${code}` : `CONNACK ${code} (${name})`
}

/** The codes that have this name, however it is spelled: `Not authorized`, `quota exceeded`. */
export function codesNamed(name: string): readonly { readonly version: '3.1.1' | '5.0'; readonly code: number }[] {
  const wanted = lettersOf(name)
  if (wanted.length < 4) return []
  return ([returnCodes, reasonCodes] as const).flatMap((codes, index) =>
    Object.entries(codes)
      .filter(([, meaning]) => lettersOf(meaning.split(/[;:(]/)[0] ?? '') === wanted)
      .map(([code]) => ({ version: index === 0 ? ('3.1.1' as const) : ('5.0' as const), code: Number(code) })),
  )
}

function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('authorized', 'authorised')
    .replace(/[^a-z0-9]/g, '')
}
