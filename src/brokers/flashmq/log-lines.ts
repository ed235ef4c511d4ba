import { causesOfFirstByte } from '../first-byte.js'
import { type LineTable, next } from '../log-lines.js'

/** Seen in the log of FlashMQ 1.26.2, or read in its source. */
export const logLines: LineTable = {
  program: 'FlashMQ',
  mark: /FlashMQ|transport='TCP\//,
  rows: [
    {
      pattern: /Invalid HAProxy signature/i,
      example:
        "[2026-11-27 15:28:41.105] [NOTICE] [T 1] Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='127.0.0.1']'. Reason(s): Invalid HAProxy signature.",
      meaning: 'the listener has "haproxy on", and the first bytes are not a PROXY header of version 2',
      causes: [
        'the sender sends no header (send-proxy-v2 is missing), or a client reached this port directly',
        'the sender sends version 1 (send-proxy): FlashMQ reads version 2 only',
      ],
      next: [next.probe, next.lintHaproxy],
    },
    {
      pattern: /Not an HAProxy frame|Incomplete HAProxy data|disconnected before (?:all HA ?proxy|additional) data/i,
      example:
        "[2026-11-27 15:28:42.305] [NOTICE] [T 0] Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='127.0.0.1']'. Reason(s): Incomplete HAProxy data",
      meaning: 'a PROXY header ended early; FlashMQ reads its first 16 bytes, and its addresses, in one piece each',
      causes: [
        'the header came in pieces',
        'a health check or a port scan connected and left without a byte: "Not an HAProxy frame"',
      ],
      next: [next.probe],
    },
    {
      pattern: /Only HAProxy protocol version 2 is supported|HAProxy command must be|Invalid protocol in HAProxy/i,
      example:
        "[2026-11-27 15:28:41.833] [NOTICE] [T 0] Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='127.0.0.1']'. Reason(s): Only HAProxy protocol version 2 is supported",
      meaning: 'a PROXY header came with a version, command or transport that FlashMQ does not read',
      next: [next.probe],
    },
    {
      pattern:
        /invalid length in haproxy TLV|Invalid HAProxy TLV structure|haproxy PP2 field 0x\w* multiple times|HAProxy pp2 ssl text fields are not valid|_M_range_check.*transport='TCP\/HAProxy/i,
      example:
        "[2026-11-27 15:28:43.011] [NOTICE] [T 0] Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='203.0.113.9']'. Reason(s): Client specifies haproxy PP2 field 0x multiple times.",
      meaning:
        'a TLV of the header is too short, too long, there twice, or a CN that is not UTF-8: FlashMQ ends the connection',
      next: [next.probe],
    },
    {
      pattern: /Haproxy client configured to pr/i,
      example:
        "[2026-11-27 15:28:44.411] [NOTICE] [T 0] Removing client '[ClientID='one', username='', fd=15, keepalive=10s, transport='TCP/HAProxySslClientVerification/Non-SSL', address='203.0.113.9', prot=3.1.1, clean=0]'. Reason(s): Haproxy client configured to pr",
      meaning: 'the listener has "haproxy client_verification", and the header names no CN',
      causes: [
        'HAProxy does not send the CN: the server line has send-proxy-v2 or send-proxy-v2-ssl instead of send-proxy-v2-ssl-cn',
        'the client has no certificate, and HAProxy does not demand one (verify required)',
      ],
      next: [next.lintHaproxy],
    },
    {
      pattern: /HAProxy health check/i,
      example:
        "[2026-11-27 15:28:41.505] [NOTICE] [T 0] Removing client '[fd=15, transport='TCP/HAProxy/Non-SSL', address='127.0.0.1']'. Reason(s): HAProxy health check",
      meaning:
        'a LOCAL header, or one without addresses, as of a health check of HAProxy: the connection is closed, and all is well',
      normal: true,
    },
    {
      pattern: /Packet type 0 specified, which is reserved/i,
      example:
        "[2026-11-27 15:28:45.201] [WARNING] [T 0] Removing client '[fd=15, transport='TCP/Non-SSL', address='127.0.0.1']'. Reason(s): Protocol error: Packet type 0 specified, which is reserved and invalid.",
      meaning: 'the first byte of the connection is not a CONNECT',
      causes: ({ input }) =>
        input.includes('/HAProxy')
          ? ['a second PROXY header stands behind the first one: two proxies in a row send one each']
          : causesOfFirstByte(0x0d, 'MQTT'),
      next: [next.lintHaproxy, next.probe],
    },
    {
      pattern: /Invalid variable header length\. Garbage/i,
      example:
        "[2026-11-27 15:28:45.655] [WARNING] [T 1] Removing client '[fd=15, transport='TCP/Non-SSL', address='127.0.0.1']'. Reason(s): Protocol error: Invalid variable header length. Garbage?",
      meaning: 'the bytes are not MQTT',
      causes: ['TLS on a listener without fullchain and privkey, or another protocol'],
      next: [next.probe],
    },
    {
      pattern: /Keep-alive expired: authenticated=0/i,
      example:
        "[2026-11-27 15:29:53.147] [NOTICE] [T 1] Removing client '[fd=21, transport='TCP/Non-SSL', address='127.0.0.1']'. Reason(s): Keep-alive expired: authenticated=0, keep-alive=10s, last activity=32 seconds ago.",
      meaning: 'no whole CONNECT came within half a minute',
      causes: [
        'a PROXY header of version 1, or HTTP, on a listener without "haproxy on": FlashMQ takes its bytes for the start of a packet and waits for the rest',
        'a header alone, or nothing, came',
      ],
      next: [next.probe],
    },
    {
      pattern: /Superflous ones: #|Option (\S+) expected \d+, got \d+ arguments/i,
      example: 'Option haproxy expected 1, got 3 arguments. Superflous ones: #, headers.',
      meaning: 'FlashMQ does not start: a value has more words than it may have',
      causes: ['a comment stands behind a value: it needs a line of its own'],
      next: ['mqtt-proxy lint /etc/flashmq/flashmq.conf'],
    },
  ],
}
