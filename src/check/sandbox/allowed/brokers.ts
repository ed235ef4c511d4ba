import type { Reach } from '../left-out.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const reaches = (table: Readonly<Partial<Record<Reach, string>>>): ReadonlyMap<string, Reach> =>
  new Map(
    Object.entries(table).flatMap(([reach, names]) =>
      names.split(/\s+/).map((name) => [name, reach as Reach] as const),
    ),
  )

/** Options of Mosquitto (to 2.1.2) that neither execute, load, open, write nor connect. */
export const keptMosquitto = words(`accept_protocol_versions allow_anonymous allow_duplicate_messages
  allow_zero_length_clientid auto_id_prefix check_retain_source ciphers ciphers_tls1.3 clientid_prefixes
  disable_client_cert_date_checks enable_proxy_protocol enable_proxy_protocol_v2 global_max_clients
  global_max_connections listener_allow_anonymous listener_auto_id_prefix max_connections max_inflight_bytes
  max_inflight_messages max_keepalive max_packet_size max_qos max_queued_bytes max_queued_messages max_topic_alias
  max_topic_alias_broker maximum_qos memory_limit message_size_limit mount_point packet_buffer_size
  per_listener_settings persistent_client_expiration protocol proxy_protocol_v2_require_tls psk_hint queue_qos0_messages
  require_certificate retain_available retain_expiry_interval retry_interval set_tcp_nodelay sys_interval tls_version
  upgrade_outgoing_qos use_identity_as_username use_subject_as_username use_username_as_clientid websockets_origin`)

export const mosquittoReach = reaches({
  'loads code': `auth_plugin auth_plugin_deny_special_chars enable_control_api global_plugin plugin plugin_load plugin_use
    tls_engine tls_engine_kpass_sha1 tls_keyform`,
  'opens a file': 'crlfile dhparamfile http_dir',
  'writes a file': `autosave_interval autosave_on_changes persistence persistence_file persistence_location pid_file
    retained_persistence`,
  'connects elsewhere': 'connection',
  'belongs to its machine': `bind_interface connection_messages log_dest log_facility log_timestamp log_timestamp_format
    log_type socket_domain user websockets_headers_size websockets_log_level`,
})

/** Options of plugins; they go with the plugin. */
export const isPluginOption = (key: string): boolean => /^(plugin_opt|auth_opt)_/.test(key)

/** Keys of rabbitmq.conf, by their beginning, that the MQTT plugin and logins need. */
export const keptRabbitmq =
  /^(allow_anonymous|anonymous_login_(user|pass)|auth_mechanisms|channel_max|connection_max|default_(pass|permissions|user|user_tags|users|vhost)|disk_free_limit|frame_max|handshake_timeout|heartbeat|initial_frame_max|loopback_users|max_message_size|mqtt|num_acceptors|proxy_protocol|ssl_cert_login_from|ssl_handshake_timeout|ssl_options|tcp_listen_options|vm_memory_high_watermark|web_mqtt)(\.|$)/

/** Log, management and clustering of the original machine. */
export function rabbitmqReach(key: string): Reach | undefined {
  if (
    /^(auth_backends|auth_ldap|auth_http|auth_oauth2|cluster_formation|cluster_|federation|shovel|stream|trust_store)/.test(
      key,
    )
  )
    return 'connects elsewhere'
  if (/^(definitions|load_definitions|motd_file|product|raft\.data_dir|secrets)/.test(key)) return 'opens a file'
  if (/^log\.(file|dir)/.test(key)) return 'writes a file'
  if (
    /^(listeners|log|management|net_ticktime|distribution|prometheus|queue_|vm_memory|collect_statistics|background_gc|raft|reverse_dns|msg_store|credential_validator|stomp|amqp)/.test(
      key,
    )
  )
    return 'belongs to its machine'
  return undefined
}

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
