/**
 * What may not fit between a client, HAProxy and a listener, in the words that every command uses: lint reads it in the
 * files, probe, send and explain conclude it from what they see. `what` is a clause with a subject; `remedy` says what to
 * write where; `wants` says of a listener what a sender without HAProxy would have to know.
 */
export const mismatchWords = {
  'header-not-sent': {
    what: 'HAProxy sends no PROXY header, and the listener wants one',
    wants: 'it wants a PROXY header',
    remedy: 'send-proxy-v2 on the server line',
  },
  'header-not-read': {
    what: 'HAProxy sends a PROXY header that the listener does not read',
    wants: 'it reads no PROXY header: a plain broker, or a frontend that adds its own',
    remedy: 'enable_proxy_protocol 2 at the listener (as the broker calls it), or no send-proxy on the server line',
  },
  'header-version': {
    what: 'HAProxy sends another version of the PROXY header than the listener reads',
    wants: 'it reads another version of the PROXY header only',
    remedy: 'send-proxy-v2 on the server line for version 2, send-proxy for version 1',
  },
  'header-before-tls': {
    what: 'a PROXY header comes before TLS to a bind without accept-proxy: a load balancer or another HAProxy is in front',
    remedy: 'accept-proxy on the bind line',
  },
  'tls-facts-not-sent': {
    what: 'HAProxy sends a header without TLS facts, and the listener insists on them',
    wants: 'it insists on TLS facts in the header',
    remedy: 'send-proxy-v2-ssl on the server line, ssl on the bind line',
  },
  'cn-not-sent': {
    what: 'the listener takes the username from the CN, and HAProxy does not send it',
    wants: 'it takes the username from the CN in the header',
    remedy: 'send-proxy-v2-ssl-cn on the server line, verify required on the bind line',
  },
  'certificate-not-asked': {
    what: 'the bind asks no client for a certificate, and the listener insists on one',
    remedy: 'verify required ca-file FILE on the bind line',
  },
  'mode-http': {
    what: 'HAProxy reads MQTT in mode http, and answers every CONNECT with 400',
    remedy: 'use "mode tcp" in the frontend and in its backend (mode http often comes from "defaults")',
  },
  'no-route': {
    what: 'the frontend leads to no backend: it has no default_backend, and haproxy -c does not say so',
    remedy: 'default_backend NAME in the frontend',
  },
  'servers-disabled': {
    what: 'no server of the backend is up: their health checks fail, or they are disabled',
    remedy: 'look at the state of the servers (show servers state), and at their checks',
  },
  nowhere: {
    what: 'nothing listens on the address of the server line, or a firewall rejects it',
    remedy: 'one address and port in the server line and in the listener',
  },
  'bytes-not-awaited': {
    what: 'a rule looks at bytes that are not there yet, and cuts every client at once',
    remedy: 'tcp-request inspect-delay 5s, and a tcp-request content rule that needs the bytes',
  },
  'too-few-ports': {
    what: 'HAProxy has no source port left towards the server ("Cannot bind to source address" in its log)',
    remedy: 'several servers, addresses of the broker or "source" addresses, or a unix socket',
  },
} as const satisfies Readonly<
  Record<string, { readonly what: string; readonly remedy: string; readonly wants?: string }>
>

export type ObservableMismatch = keyof typeof mismatchWords
