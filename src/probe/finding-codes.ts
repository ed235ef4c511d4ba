/** What a finding of `probe` is about, whatever it said of one target. */
export interface FindingAbout {
  readonly summary: string
  /** What was sent and what came back. */
  readonly how: string
  /** What follows from it; for a code that can also be good news, from the bad case. */
  readonly harm: string
  readonly fix: string
}

const alone = 'Bind the listener to 127.0.0.1 or a unix socket, or allow only HAProxy through the firewall.'

/** Every code that `probe` gives: shown by reports, `explain` and the documentation. */
export const findingCodes = {
  'MP-P101': {
    summary: 'the verdict is unknown',
    how: 'What came back fits none of the kinds that are known, or nothing came back to anything.',
    harm: 'Nothing is known about this port, so it does not count as passed.',
    fix: 'Give a longer time (-W), or run again from a machine that may reach the port.',
  },
  'MP-P102': {
    summary: 'a frontend without a working backend',
    how: 'Every connection is accepted and closed at once, TLS or not, whatever is sent.',
    harm: 'No client gets through. haproxy -c reports no error, and the port is open.',
    fix: 'Look at default_backend and at the state of its servers.',
  },
  'MP-P301': {
    summary: 'a PROXY header from here is trusted',
    how: 'A header with an address of documentation networks went before CONNECT, and the answer was an MQTT answer.',
    harm: 'Anyone who reaches this port can claim any address and, where the CN is the username, be any user.',
    fix: alone,
  },
  'MP-P302': {
    summary: 'a forged identity is accepted',
    how: 'With --spoof CN: a header that claims a verified certificate with that CN was answered with CONNACK 0.',
    harm: 'Anyone who reaches the port can be any user, without certificate, TLS or password.',
    fix: alone,
  },
  'MP-P303': {
    summary: 'the PROXY header is optional',
    how: 'The same port answered CONNECT with a header and without one.',
    harm: 'A client that speaks to HAProxy or to the port itself can put a header of its own before CONNECT and choose its address.',
    fix: `Require the header. ${alone}`,
  },
  'MP-P304': {
    summary: 'health checks (LOCAL)',
    how: 'A version 2 header with command LOCAL went before CONNECT.',
    harm: 'Where it is refused, a health check of HAProxy that sends a payload marks the server down, though clients would be served.',
    fix: 'pp2-never-send-local in global (HAProxy 2.2), or check another port, or version 1.',
  },
  'MP-P305': {
    summary: 'TLS is required by the presence of the SSL TLV only',
    how: 'A header without the SSL TLV is refused; one whose SSL TLV says that there was no TLS is accepted.',
    harm: 'HAProxy sends that TLV for plain clients as well: they pass for TLS clients.',
    fix: 'require_certificate as well, or a backend of its own for TLS frontends.',
  },
  'MP-P306': {
    summary: 'version 1 headers carry no TLS facts',
    how: 'A version 1 header before CONNECT was answered.',
    harm: 'What the listener requires of the TLS facts cannot be required of such a header. Where version 2 has to say that TLS was used, version 1 bypasses that.',
    fix: 'Take version 2 only where TLS facts matter.',
  },
  'MP-P307': {
    summary: 'a claimed loopback or private address is accepted',
    how: 'A header with an address of documentation networks was refused in MQTT; one that claims 127.0.0.1 or a private address was accepted.',
    harm: 'What is meant for this machine or this network alone, such as the user guest of RabbitMQ, is open to anyone who can send a header.',
    fix: alone,
  },
  'MP-P401': {
    summary: 'client certificates are not required',
    how: 'TLS without a client certificate was finished and MQTT answered, or it was not.',
    harm: 'Where every client should have a certificate, one without it comes as far as the broker.',
    fix: 'verify required and ca-file on the bind line.',
  },
  'MP-P402': {
    summary: 'the server certificate expires',
    how: 'The dates in the certificate that the server showed; fewer than 21 days left is a finding, fewer than 7 a more severe one.',
    harm: 'From that day on clients that verify do not connect.',
    fix: 'Renew it, and reload HAProxy.',
  },
  'MP-P403': {
    summary: 'the server certificate is for another name',
    how: 'The name of the target is not among the subject alternative names.',
    harm: 'Clients that verify refuse it; clients that do not verify are open to anyone in between.',
    fix: 'Issue it with this name in its subject alternative names.',
  },
  'MP-P404': {
    summary: 'TLS 1.0 or 1.1 is accepted',
    how: 'A handshake that offers only the old versions was finished.',
    harm: 'Both are withdrawn (RFC 8996) and open to known attacks.',
    fix: 'ssl-min-ver TLSv1.2 on the bind line.',
  },
  'MP-P405': {
    summary: 'the server certificate is not trusted',
    how: 'The chain does not end at an authority of --cafile, or of this system where none was given.',
    harm: 'Clients with the same authorities refuse it.',
    fix: 'Give the authority with --cafile; send the whole chain from HAProxy.',
  },
  'MP-P406': {
    summary: 'plain text',
    how: 'MQTT was answered without TLS, on an address that is not loopback.',
    harm: 'Passwords and messages can be read and changed on the way.',
    fix: 'End TLS at HAProxy (scenario tls), or at the broker.',
  },
  'MP-P407': {
    summary: 'plain text next to TLS',
    how: 'The same port, or another port of the same host, answered without TLS while TLS is there as well.',
    harm: 'Clients can take the wrong one without noticing.',
    fix: 'Bind the plain port to 127.0.0.1, or close it.',
  },
  'MP-P501': {
    summary: 'the version is shown to everyone',
    how: 'A subscription to the version topic below $SYS was answered.',
    harm: 'An attacker learns which known defects fit.',
    fix: 'Deny $SYS/# to ordinary users.',
  },
  'MP-P502': {
    summary: 'anonymous clients are accepted',
    how: 'CONNECT without username and password was answered with CONNACK 0.',
    harm: 'On an open network everybody publishes and subscribes.',
    fix: 'allow_anonymous false with a password file, or the CN as username behind mutual TLS.',
  },
  'MP-P503': {
    summary: 'silent connections stay open',
    how: 'With --silence: a connection that sends nothing was watched.',
    harm: 'Where it is never ended, idle connections use up what the server can hold.',
    fix: 'timeout client-hs or tcp-request inspect-delay at HAProxy, a connect timeout at the broker.',
  },
  'MP-P601': {
    summary: 'the sender is missing',
    how: 'The broker wants a PROXY header, and the frontend is answered only when the client brings one.',
    harm: 'Ordinary clients are dropped without a CONNACK, while the TCP health check is green.',
    fix: 'send-proxy-v2 on the server line.',
  },
  'MP-P602': {
    summary: 'the receiver is missing',
    how: 'The broker answers without a header, the frontend does not.',
    harm: 'The broker takes the header for MQTT and drops every client.',
    fix: 'enable_proxy_protocol 2 at the listener, or no send-proxy on the server line.',
  },
  'MP-P603': {
    summary: 'sender and receiver speak different versions',
    how: 'The broker reads one version only, and nobody gets through the frontend.',
    harm: 'Every client is dropped without a CONNACK.',
    fix: 'send-proxy-v2 for version 2, send-proxy for version 1.',
  },
  'MP-P604': {
    summary: 'TLS is lost on the way',
    how: 'The broker accepts only headers that report TLS, and nobody gets through the frontend.',
    harm: 'Clients with TLS are refused as if they had none.',
    fix: 'send-proxy-v2-ssl on the server line, ssl on the bind line.',
  },
  'MP-P605': {
    summary: 'the CN is not sent',
    how: 'The broker refuses a header without a CN, and refuses everybody who comes through the frontend in the same way.',
    harm: 'No client has a username; all are refused.',
    fix: 'send-proxy-v2-ssl-cn on the server line, verify required on the bind line.',
  },
  'MP-P606': {
    summary: 'an idle session is cut before its keepalive',
    how: 'A session stayed silent for shorter than its keepalive allows, and was closed.',
    harm: 'Devices that send rarely reconnect all the time; their last will is published each time.',
    fix: 'timeout client and timeout server above 1.5 times the keepalive, or timeout tunnel 1h.',
  },
  'MP-P607': {
    summary: 'the broker behind the frontend answers, the frontend does not',
    how: 'Both were asked the same (--behind), and only the broker gave an MQTT answer.',
    harm: 'No client gets through.',
    fix: 'Look at default_backend and at the address of the server line.',
  },
  'MP-P901': {
    summary: 'not tested',
    how: 'Something that was not given, or an earlier answer, kept an attempt from being made.',
    harm: 'Nothing is known about it, so it does not count as passed.',
    fix: 'Give what the message asks for.',
  },
} as const satisfies Readonly<Record<`MP-P${number}`, FindingAbout>>

export type ProbeCode = keyof typeof findingCodes

export function findingAbout(code: string): FindingAbout | undefined {
  const upper = code.toUpperCase()
  return Object.entries(findingCodes).find(([name]) => name === upper)?.[1]
}
