import { type Reach, wordSet } from '../../config/left-out.js'

/** Settings of flashmq.conf (1.26.2), inside and outside of `listen`, that neither load, open, write nor connect. */
export const keptFlashmq = wordSet(`acme_redirect_url allow_anonymous allow_unsafe_clientid_chars
  allow_unsafe_username_chars client_initial_buffer_size client_max_write_buffer_size
  client_verification_still_do_authn deny_from drop_on_absent_certificate expire_retained_messages_after_seconds
  expire_retained_messages_time_budget_ms expire_sessions_after_seconds haproxy log_publishes log_subscriptions
  max_buffer_size max_event_loop_drift max_incoming_topic_alias_value max_outgoing_topic_alias_value max_packet_size
  max_qos max_qos_bytes_pending_per_client max_qos_msg_pending_per_client max_string_length max_topic_split_depth
  minimum_tls_version minimum_wildcard_subscription_depth mqtt3_qos_exceed_action only_allow_from overload_mode protocol
  rebuild_subscription_tree_interval_seconds retained_message_node_lifetime retained_messages_delivery_limit
  retained_messages_mode retained_messages_node_limit set_retained_message_defer_timeout
  set_retained_message_defer_timeout_spread shared_subscription_targeting subscription_identifiers_enabled
  subscription_node_lifetime tcp_nodelay websocket_set_real_ip_from wildcard_subscription_deny_mode wills_enabled
  zero_byte_username_is_anonymous`)

export function flashmqReach(key: string): Reach | undefined {
  if (/^plugin(_|$)/.test(key)) return 'loads code'
  if (key === 'include_dir') return 'opens a file'
  if (/^(storage_dir|save_state_interval|persistence_data_to_save)$/.test(key)) return 'writes a file'
  if (/^(log_file|log_level|log_debug|quiet|rlimit_nofile|thread_count)$/.test(key)) return 'belongs to its machine'
  return undefined
}
