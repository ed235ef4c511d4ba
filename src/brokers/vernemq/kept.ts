import type { Reach } from '../../config/left-out.js'

/** Keys of vernemq.conf that stay; listeners and files have rules of their own. */
export const keptVernemq =
  /^(accept|allow_anonymous|allow_multiple_sessions|allow_(publish|register|subscribe|unsubscribe)_during_netsplit|listener|logging_tag|max_(client_id_size|drain_time|inflight_messages|last_will_delay|message_rate|message_size|offline_messages|online_messages|offline_topics)|max_[a-z_]+|message_size_limit|mountpoint|mqtt_connect_timeout|nr_of_acceptors|persistent_client_expiration|queue_(deliver_mode|type)|receive_max_(broker|client)|retry_interval|suppress_lwt_on_session_takeover|topic_alias_max|topic_(alias_max_(broker|client)|max_depth)|upgrade_outgoing_qos)(\.|$)/

export function vernemqReach(key: string, value: string): Reach | undefined {
  if (/^plugins\.vmq_(passwd|acl)(\.|$)/.test(key)) return undefined
  if (/^plugins\./.test(key)) {
    if (value === 'off') return undefined
    return /^plugins\.vmq_(bridge|webhooks)/.test(key) ? 'connects elsewhere' : 'loads code'
  }
  if (/^vmq_diversity\./.test(key)) return 'loads code'
  if (/^(vmq_bridge|vmq_webhooks|graphite|http_modules|http_module|metadata_plugin|distributed_cookie)/.test(key))
    return 'connects elsewhere'
  if (/^(include)/.test(key)) return 'opens a file'
  if (/^(leveldb|message_store|metadata|log)\b/.test(key)) return 'writes a file'
  if (/^(erlang|nodename|platform_|systree|tcp_listen_options|outgoing_clustering|crypto|setup)/.test(key))
    return 'belongs to its machine'
  return 'belongs to its machine'
}
