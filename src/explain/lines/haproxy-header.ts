import { type LineRow, next } from '../../brokers/log-lines.js'

const where = '127.0.0.1:48018 [26/Nov/2026:23:51:24.445] mqtt/1:'

/** What HAProxy says about a PROXY header on a bind with accept-proxy. */
export const haproxyHeaderRows: readonly LineRow[] = [
  {
    pattern: /Received something which does not look like a PROXY protocol header/i,
    example: `${where} Received something which does not look like a PROXY protocol header`,
    meaning:
      'accept-proxy wants a PROXY header first, and something else came: the sender lacks send-proxy, or a client reached this port directly',
    causes: [
      'the sender in front (a load balancer, another HAProxy) sends no header: send-proxy-v2 is missing there',
      'a client, a health check or a port scan reached this port directly',
      'the header has a version or a command that does not exist',
    ],
    next: [next.probe, next.lintHaproxy],
  },
  {
    pattern: /Truncated PROXY protocol header/i,
    example: `${where} Truncated PROXY protocol header received`,
    meaning: 'a PROXY header began, and the other side stopped or left in the middle of it',
    next: [next.probe],
  },
  {
    pattern: /Received an unhandled protocol in the PROXY protocol header/i,
    example: `${where} Received an unhandled protocol in the PROXY protocol header`,
    meaning: 'a PROXY header of version 1 came, but it is malformed: the protocol in it is not TCP4, TCP6 or UNKNOWN',
    next: [next.probe],
  },
  {
    pattern: /Received an invalid PROXY protocol header/i,
    example: `${where} Received an invalid PROXY protocol header`,
    meaning: 'a PROXY header came, but it is malformed',
    causes: ['an address, a family or a length in it is wrong', 'a TLV runs over the end, or the checksum is wrong'],
    next: ['sudo tcpdump -i any -c 5 -X tcp port 1883 | mqtt-proxy header decode -'],
  },
  {
    pattern: /Timeout while waiting for PROXY protocol header/i,
    example: `${where} Timeout while waiting for PROXY protocol header`,
    meaning: 'accept-proxy waits for a PROXY header, and nothing came',
    causes: [
      'the client in front waits for the server to speak first, or is not an MQTT client',
      'an AWS load balancer sends the header with the first bytes of the client only: a client that says nothing brings no header',
    ],
    next: [next.probe],
  },
  {
    pattern: /Connection (?:closed|error) while waiting for PROXY protocol header/i,
    example: `${where} Connection closed while waiting for PROXY protocol header`,
    meaning: 'the other side left before it sent a PROXY header: often a health check without one',
    causes: ['a health check that only connects: give it check-send-proxy, or its own port', 'a port scan'],
    next: [next.lintHaproxy],
  },
]
