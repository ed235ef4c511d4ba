import { type LineTable, next } from '../log-lines.js'

/** Read in the sources of FlashMQ 1.26. */
export const logLines: LineTable = {
  program: 'FlashMQ',
  rows: [
    {
      pattern:
        /Invalid HAProxy signature|Not an HAProxy frame|Incomplete HAProxy data|disconnected before all HA proxy data/i,
      example: '[ERROR] Packet read/write error: Invalid HAProxy signature.. Removing client.',
      meaning: 'the listener has "haproxy on", and what came is no whole PROXY header of version 2',
      causes: [
        'the sender sends no header (send-proxy-v2 is missing), or a client reached this port directly',
        'the sender sends version 1 (send-proxy): FlashMQ reads version 2 only',
        'the header came in two pieces: FlashMQ reads it from one segment only',
      ],
      next: [next.probe, next.lintHaproxy],
    },
    {
      pattern: /Only HAProxy protocol version 2 is supported|HAProxy command must be|Invalid protocol in HAProxy/i,
      example: '[ERROR] Only HAProxy protocol version 2 is supported',
      meaning: 'a PROXY header came with a version, command or transport that FlashMQ does not read',
      next: [next.probe],
    },
    {
      pattern: /HAProxy health check/i,
      example: "[NOTICE] Removing client '[ClientID='', username='', fd=9]'. Reason(s): HAProxy health check",
      meaning: 'a LOCAL header, as of a health check of HAProxy: the connection is closed, and all is well',
      normal: true,
    },
  ],
}
