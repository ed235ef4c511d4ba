import { isExposed, isLoopback } from '../../kernel/address.js'
import { setLoopback } from '../address-edits.js'
import type { Rule } from '../rule.js'
import { listenerName } from '../say.js'

export const exposedListener: Rule = {
  code: 'MP407',
  name: 'exposed-listener',
  summary: 'A listener that believes PROXY headers can be reached by others than HAProxy.',
  severity: 'error',
  harm: 'Whoever reaches the port can claim any client address and any certificate identity.',
  evidence: 'Mosquitto 2.1.2 and VerneMQ 2.2.0 accepted a forged header sent straight to the port, username and all.',
  fix: 'Bind it to 127.0.0.1 or a unix socket when HAProxy is on the same machine; else let a firewall admit HAProxy only.',
  unproven:
    'check runs on loopback only, where every listener can be reached; its forged-header case shows what a stranger could do.',
  *check({ receivers, links, routes }) {
    for (const receiver of receivers) {
      if (receiver.accepts.length === 0 || !isExposed(receiver.endpoint)) continue
      const own = links.filter((one) => one.receiver === receiver)
      // Where the pair does not meet yet, HAProxy's other local servers tell where the broker is.
      const senders = own.length > 0 ? own : routes.filter((one) => one.server.header.version !== undefined)
      const local = senders.length > 0 && senders.every((one) => isLocal(one.server.endpoint))
      // On one address of a network HAProxy has to be elsewhere; who else is there, the files do not tell.
      if (!local && receiver.endpoint.kind === 'tcp' && receiver.endpoint.host !== undefined) continue
      const edit = local ? setLoopback(receiver) : undefined
      yield {
        at: receiver.span,
        severity: local ? 'error' : 'info',
        message: local
          ? `${listenerName(receiver)} believes PROXY headers and is open to the network, although HAProxy connects from this machine: anyone can forge an address or an identity`
          : `${listenerName(receiver)} believes PROXY headers: make sure that a firewall lets only HAProxy reach it`,
        ...(receiver.proxySpan !== undefined && {
          related: [{ span: receiver.proxySpan, message: 'headers are believed' }],
        }),
        fix:
          edit === undefined
            ? { text: 'a firewall' }
            : { text: `${receiver.origin.broker === 'mosquitto' ? 'listener ' : ''}${edit.newText}`, edits: [edit] },
      }
    }
  },
}

function isLocal(endpoint: Parameters<typeof isExposed>[0]): boolean {
  return endpoint.kind === 'unix' || (endpoint.kind === 'tcp' && isLoopback(endpoint.host))
}
