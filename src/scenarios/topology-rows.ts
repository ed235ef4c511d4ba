import { type Meaning, refOf } from './meaning.js'
import { forgedCn } from './names.js'
import type { OutcomeRow } from './types.js'

/** Rows that only a chain, a pair of brokers or an address list has. */
export function topologyRows(meaning: Meaning): OutcomeRow[] {
  if (meaning.topology === 'sticky') return stickyRows(refOf(meaning))
  if (meaning.topology === 'single') return []
  const rows = innerRows(refOf(meaning))
  return meaning.topology === 'acl' ? [...rows, ...aclRows(refOf(meaning))] : rows
}

function innerRows(ref: string): OutcomeRow[] {
  const inner = { kind: 'connect', to: 'inner', mqtt: '3.1.1' } as const
  return [
    {
      id: 'inner-without-header',
      title: 'the inner HAProxy refuses a connection without a header',
      level: 'must',
      requirement: {
        text: 'accept-proxy makes the header mandatory on that bind.',
        ref: 'HAProxy configuration manual 5.1, accept-proxy',
      },
      attempt: inner,
      expect: { outcome: 'refused', by: ['close'] },
    },
    {
      id: 'tls-facts-lost',
      title: 'the address survives the inner hop, TLS facts and CN do not',
      level: 'must',
      requirement: {
        text: 'A component in the middle has to receive and send. HAProxy passes on the addresses it received, and drops the SSL TLV with its CN.',
        ref,
      },
      attempt: { ...inner, header: { kind: 'v2-ssl-cn', cn: forgedCn } },
      expect: { outcome: 'accepted', saw: { address: 'forged', tls: false, username: null } },
    },
    {
      id: 'inner-forged-header',
      title: 'anyone who reaches the inner HAProxy can forge a client address',
      level: 'should',
      requirement: { text: 'A receiver of headers is reachable for its senders only.', ref: 'PROXY protocol 5' },
      attempt: { ...inner, header: { kind: 'v1' } },
      expect: {
        outcome: 'danger',
        precaution:
          'keep the inner bind on loopback or behind a firewall, or accept headers by source: tcp-request connection expect-proxy layer4 if { src EDGE }',
        saw: { address: 'forged', tls: false },
      },
    },
  ]
}

function aclRows(ref: string): OutcomeRow[] {
  const requirement = {
    text: 'IP-level security behind the proxy decides on the address in the header, not on the peer of the socket.',
    ref,
  }
  return [
    {
      id: 'denied-client',
      title: 'a client from a denied address is refused, through the edge',
      level: 'must',
      requirement,
      attempt: { kind: 'connect', to: 'frontend', mqtt: '3.1.1', from: 'denied' },
      expect: { outcome: 'refused', by: ['close'] },
    },
    {
      id: 'denied-header',
      title: 'a header that names a denied address is refused by the inner HAProxy',
      level: 'must',
      requirement,
      attempt: { kind: 'connect', to: 'inner', mqtt: '3.1.1', header: { kind: 'v2', source: 'denied' } },
      expect: { outcome: 'refused', by: ['close'] },
    },
  ]
}

function stickyRows(ref: string): OutcomeRow[] {
  const requirement = { text: 'Sticky sessions: the same client comes back to the same broker.', ref }
  return [
    {
      id: 'return-by-client-id',
      title: 'the same client id returns to the same broker',
      level: 'must',
      requirement,
      attempt: { kind: 'return', by: 'client-id', times: 5, mqtt: '3.1.1' },
      expect: { outcome: 'accepted' },
    },
    {
      id: 'return-by-source',
      title: 'the same source address returns to the same broker',
      level: 'must',
      requirement,
      attempt: { kind: 'return', by: 'source', times: 5, mqtt: '3.1.1' },
      expect: { outcome: 'accepted' },
    },
    {
      id: 'spread',
      title: 'different client ids use both brokers',
      level: 'must',
      requirement: { text: 'Stickiness does not put everybody on one broker.', ref },
      attempt: { kind: 'spread', clients: 8, mqtt: '3.1.1' },
      expect: { outcome: 'accepted' },
    },
    {
      id: 'takeover',
      title: 'the other broker takes over when one dies',
      level: 'must',
      requirement: {
        text: 'A sticky client is sent to a living broker when its own is down (option redispatch).',
        ref: 'HAProxy configuration manual 4.2, option redispatch',
      },
      attempt: { kind: 'takeover', withinMs: 10_000, mqtt: '3.1.1' },
      expect: { outcome: 'accepted' },
    },
  ]
}
