// How long a command waits for its answer.
//
// The driver knows one socketTimeoutMS, of a connection string, for all commands. Here a client's streams are wrapped:
// they wait for the first byte of a reply in slices, and give up when the command's own deadline has passed, when it has
// taken longer than commands of its kind may, when the program is to end, or when the driver's monitor has not heard of
// the server for a while. The rest is the driver's.

#ifndef HOTCOLD_CMONGOC_LIMITS_H
#define HOTCOLD_CMONGOC_LIMITS_H

#include <errno.h>
#include <mongoc/mongoc.h>
#include <pthread.h>
#include <string.h>

/// A member of a deployment, as the driver's monitor of it sees it.
typedef struct hotcold_member {
   char *name;
   /// Since when each of the monitor's questions has failed, in microseconds; 0 while it answers.
   int64_t silent_since;
   struct hotcold_member *next;
} hotcold_member;

/// What all clients of a pool share.
typedef struct {
   pthread_mutex_t lock;
   hotcold_member *members;
   /// When somebody asked the program to end, in microseconds; 0 while nobody has.
   int64_t hurried_at;
   /// How long a command is waited for, in microseconds; 0 for as long as the driver says.
   int64_t patience;
} hotcold_pool_limits;

/// What all streams of a client share; used by the thread that has the client.
typedef struct {
   mongoc_client_t *client;
   hotcold_pool_limits *pool;
   /// Until when the command at hand is waited for, in microseconds; 0 for as long as the driver says.
   int64_t deadline;
   /// Whether the command at hand may take as long as the driver says: a pass over a collection.
   bool is_patient;
   /// Whether the last wait was given up here.
   bool gave_up;
} hotcold_limits;

/// How long a command may take once the program is to end.
#define HOTCOLD_HURRIED_PATIENCE (INT64_C (10) * 1000 * 1000)
/// How long a monitor's questions have to fail, after one that has waited for connectTimeoutMS at least.
#define HOTCOLD_SILENCE (INT64_C (4) * 1000 * 1000)
/// How long the rest of a message may take that has begun to be sent or to arrive: as long as the driver would wait.
#define HOTCOLD_LONGEST_MESSAGE_MSEC (300 * 1000)
/// How often a wait looks whether it is to go on, in microseconds.
#define HOTCOLD_SLICE (INT64_C (100) * 1000)

/// The driver's own connecting, with what it knows of TLS. Exported, though in no public header.
extern mongoc_stream_t *
mongoc_client_default_stream_initiator (const mongoc_uri_t *uri,
                                        const mongoc_host_list_t *host,
                                        void *user_data,
                                        bson_error_t *error) __attribute__ ((weak));

static inline hotcold_pool_limits *
hotcold_pool_limits_new (void)
{
   hotcold_pool_limits *limits = (hotcold_pool_limits *) bson_malloc0 (sizeof *limits);
   pthread_mutex_init (&limits->lock, NULL);
   return limits;
}

static inline void
hotcold_pool_limits_destroy (hotcold_pool_limits *limits)
{
   while (limits->members) {
      hotcold_member *member = limits->members;
      limits->members = member->next;
      bson_free (member->name);
      bson_free (member);
   }
   pthread_mutex_destroy (&limits->lock);
   bson_free (limits);
}

/// Gives each command of the pool so many microseconds. Before its first client.
static inline void
hotcold_set_patience (hotcold_pool_limits *limits, int64_t microseconds)
{
   limits->patience = microseconds;
}

/// Gives commands at hand and later ones a few seconds each.
static inline void
hotcold_hurry (hotcold_pool_limits *limits)
{
   __atomic_store_n (&limits->hurried_at, bson_get_monotonic_time (), __ATOMIC_RELAXED);
}

static inline bool
hotcold_is_hurried (hotcold_pool_limits *limits)
{
   return __atomic_load_n (&limits->hurried_at, __ATOMIC_RELAXED) != 0;
}

/// The member of a name, which stays as long as the pool.
static inline hotcold_member *
hotcold_find_member (hotcold_pool_limits *limits, const char *name)
{
   pthread_mutex_lock (&limits->lock);
   hotcold_member *member = limits->members;
   while (member && strcmp (member->name, name) != 0) {
      member = member->next;
   }
   if (!member) {
      member = (hotcold_member *) bson_malloc0 (sizeof *member);
      member->name = bson_strdup (name);
      member->next = limits->members;
      limits->members = member;
   }
   pthread_mutex_unlock (&limits->lock);
   return member;
}

static inline void
hotcold_heartbeat_succeeded (const mongoc_apm_server_heartbeat_succeeded_t *event)
{
   hotcold_pool_limits *limits =
      (hotcold_pool_limits *) mongoc_apm_server_heartbeat_succeeded_get_context (event);
   hotcold_member *member =
      hotcold_find_member (limits, mongoc_apm_server_heartbeat_succeeded_get_host (event)->host_and_port);
   __atomic_store_n (&member->silent_since, 0, __ATOMIC_RELAXED);
}

static inline void
hotcold_heartbeat_failed (const mongoc_apm_server_heartbeat_failed_t *event)
{
   hotcold_pool_limits *limits = (hotcold_pool_limits *) mongoc_apm_server_heartbeat_failed_get_context (event);
   hotcold_member *member =
      hotcold_find_member (limits, mongoc_apm_server_heartbeat_failed_get_host (event)->host_and_port);
   int64_t silent = 0;
   __atomic_compare_exchange_n (
      &member->silent_since, &silent, bson_get_monotonic_time (), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/// Has the pool's monitors tell of members that are silent. Before its first client.
static inline void
hotcold_watch_members (mongoc_client_pool_t *pool, hotcold_pool_limits *limits)
{
   mongoc_apm_callbacks_t *callbacks = mongoc_apm_callbacks_new ();
   mongoc_apm_set_server_heartbeat_succeeded_cb (callbacks, hotcold_heartbeat_succeeded);
   mongoc_apm_set_server_heartbeat_failed_cb (callbacks, hotcold_heartbeat_failed);
   mongoc_client_pool_set_apm_callbacks (pool, callbacks, limits);
   mongoc_apm_callbacks_destroy (callbacks);
}

/// A stream of the driver's, and how long it is waited for.
typedef struct {
   mongoc_stream_t stream;
   mongoc_stream_t *base;
   hotcold_limits *limits;
   hotcold_member *member;
   /// When the last request was sent; 0 once its answer has begun to arrive.
   int64_t asked_at;
   bool timed_out;
} hotcold_stream;

/// Whether what was asked at a time is not to be waited for any longer.
static inline bool
hotcold_is_over (const hotcold_stream *self, int64_t asked_at, int64_t now)
{
   const hotcold_limits *limits = self->limits;
   if (limits->deadline != 0 && now >= limits->deadline) {
      return true;
   }
   if (!limits->is_patient && limits->pool->patience != 0 && now - asked_at >= limits->pool->patience) {
      return true;
   }
   int64_t hurried_at = __atomic_load_n (&limits->pool->hurried_at, __ATOMIC_RELAXED);
   if (hurried_at != 0 && now >= (hurried_at > asked_at ? hurried_at : asked_at) + HOTCOLD_HURRIED_PATIENCE) {
      return true;
   }
   int64_t silent_since = __atomic_load_n (&self->member->silent_since, __ATOMIC_RELAXED);
   return silent_since != 0 && now >= silent_since + HOTCOLD_SILENCE;
}

/// What is left of the driver's timeout and the command's own, in milliseconds, for a message that is on its way.
static inline int32_t
hotcold_timeout (const hotcold_stream *self, int32_t timeout_msec, int64_t now)
{
   if (timeout_msec < 0 || timeout_msec > HOTCOLD_LONGEST_MESSAGE_MSEC) {
      timeout_msec = HOTCOLD_LONGEST_MESSAGE_MSEC;
   }
   int64_t deadline = self->limits->deadline;
   if (deadline == 0) {
      return timeout_msec;
   }
   int64_t left = deadline <= now ? 1 : (deadline - now) / 1000 + 1;
   return left < timeout_msec ? (int32_t) left : timeout_msec;
}

static inline ssize_t
hotcold_give_up (hotcold_stream *self)
{
   self->timed_out = true;
   self->limits->gave_up = true;
   errno = ETIMEDOUT;
   return -1;
}

/// Waits for the first byte of an answer. Nothing is read, so that nothing can be lost by looking up in between; before an
/// answer the driver's buffers are empty.
static inline bool
hotcold_await_answer (hotcold_stream *self, int32_t timeout_msec)
{
   int64_t asked_at = self->asked_at;
   while (true) {
      int64_t now = bson_get_monotonic_time ();
      int64_t slice = HOTCOLD_SLICE;
      int64_t deadline = self->limits->deadline;
      if (deadline != 0 && deadline - now < slice) {
         slice = deadline > now ? deadline - now : 0;
      }
      mongoc_stream_poll_t poll = {self->base, POLLIN, 0};
      ssize_t found = mongoc_stream_poll (&poll, 1, (int32_t) (slice / 1000));
      // Of a kind that can't be polled, it is read from.
      if (found > 0 || (found < 0 && errno != EINTR)) {
         return true;
      }
      now = bson_get_monotonic_time ();
      if (hotcold_is_over (self, asked_at, now)) {
         return false;
      }
      if (timeout_msec >= 0 && now - asked_at >= (int64_t) timeout_msec * 1000) {
         return false;
      }
   }
}

static inline ssize_t
hotcold_stream_readv (
   mongoc_stream_t *stream, mongoc_iovec_t *iov, size_t count, size_t min_bytes, int32_t timeout_msec)
{
   hotcold_stream *self = (hotcold_stream *) stream;
   if (self->asked_at != 0 && timeout_msec != 0) {
      if (!hotcold_await_answer (self, timeout_msec)) {
         return hotcold_give_up (self);
      }
      self->asked_at = 0;
   }
   timeout_msec = hotcold_timeout (self, timeout_msec, bson_get_monotonic_time ());
   return mongoc_stream_readv (self->base, iov, count, min_bytes, timeout_msec);
}

static inline ssize_t
hotcold_stream_writev (mongoc_stream_t *stream, mongoc_iovec_t *iov, size_t count, int32_t timeout_msec)
{
   hotcold_stream *self = (hotcold_stream *) stream;
   int64_t now = bson_get_monotonic_time ();
   self->asked_at = now;
   if (hotcold_is_over (self, now, now)) {
      return hotcold_give_up (self);
   }
   return mongoc_stream_writev (self->base, iov, count, hotcold_timeout (self, timeout_msec, now));
}

static inline void
hotcold_stream_destroy (mongoc_stream_t *stream)
{
   mongoc_stream_destroy (((hotcold_stream *) stream)->base);
   bson_free (stream);
}

static inline void
hotcold_stream_failed (mongoc_stream_t *stream)
{
   mongoc_stream_failed (((hotcold_stream *) stream)->base);
   bson_free (stream);
}

static inline int
hotcold_stream_close (mongoc_stream_t *stream)
{
   return mongoc_stream_close (((hotcold_stream *) stream)->base);
}

static inline int
hotcold_stream_flush (mongoc_stream_t *stream)
{
   return mongoc_stream_flush (((hotcold_stream *) stream)->base);
}

static inline int
hotcold_stream_setsockopt (mongoc_stream_t *stream, int level, int name, void *value, mongoc_socklen_t length)
{
   return mongoc_stream_setsockopt (((hotcold_stream *) stream)->base, level, name, value, length);
}

static inline mongoc_stream_t *
hotcold_stream_base (mongoc_stream_t *stream)
{
   return ((hotcold_stream *) stream)->base;
}

static inline bool
hotcold_stream_check_closed (mongoc_stream_t *stream)
{
   return mongoc_stream_check_closed (((hotcold_stream *) stream)->base);
}

static inline bool
hotcold_stream_timed_out (mongoc_stream_t *stream)
{
   hotcold_stream *self = (hotcold_stream *) stream;
   return self->timed_out || mongoc_stream_timed_out (self->base);
}

static inline bool
hotcold_stream_should_retry (mongoc_stream_t *stream)
{
   return mongoc_stream_should_retry (((hotcold_stream *) stream)->base);
}

/// Connects as the driver does, and wraps the stream.
static inline mongoc_stream_t *
hotcold_connect (const mongoc_uri_t *uri, const mongoc_host_list_t *host, void *user_data, bson_error_t *error)
{
   hotcold_limits *limits = (hotcold_limits *) user_data;
   mongoc_stream_t *base = mongoc_client_default_stream_initiator (uri, host, limits->client, error);
   if (!base) {
      return NULL;
   }
   hotcold_stream *self = (hotcold_stream *) bson_malloc0 (sizeof *self);
   self->base = base;
   self->limits = limits;
   self->member = hotcold_find_member (limits->pool, host->host_and_port);
   self->stream.type = 'h';
   self->stream.destroy = hotcold_stream_destroy;
   self->stream.failed = hotcold_stream_failed;
   self->stream.close = hotcold_stream_close;
   self->stream.flush = hotcold_stream_flush;
   self->stream.writev = hotcold_stream_writev;
   self->stream.readv = hotcold_stream_readv;
   self->stream.setsockopt = hotcold_stream_setsockopt;
   self->stream.get_base_stream = hotcold_stream_base;
   self->stream.check_closed = hotcold_stream_check_closed;
   self->stream.timed_out = hotcold_stream_timed_out;
   self->stream.should_retry = hotcold_stream_should_retry;
   return &self->stream;
}

/// What limits a client's commands; owned by whoever owns the client.
static inline hotcold_limits *
hotcold_limits_new (mongoc_client_t *client, hotcold_pool_limits *pool)
{
   hotcold_limits *limits = (hotcold_limits *) bson_malloc0 (sizeof *limits);
   limits->client = client;
   limits->pool = pool;
   return limits;
}

/// Has a client that is handed out wait as its limits say: where there is a minPoolSize, it may be a new one at the address
/// of another.
static inline void
hotcold_apply_limits (hotcold_limits *limits)
{
   limits->deadline = 0;
   limits->is_patient = false;
   limits->gave_up = false;
   // Of a driver that does not export it, commands have its own limits alone.
   if (mongoc_client_default_stream_initiator) {
      mongoc_client_set_stream_initiator (limits->client, hotcold_connect, limits);
   }
}

/// Gives the commands from now on so many microseconds.
static inline void
hotcold_set_deadline (hotcold_limits *limits, int64_t microseconds)
{
   limits->deadline = bson_get_monotonic_time () + microseconds;
}

/// Tells whether the last command was given up here, and forgets it.
static inline bool
hotcold_take_gave_up (hotcold_limits *limits)
{
   bool gave_up = limits->gave_up;
   limits->gave_up = false;
   return gave_up;
}

/// Whether the commands' time is over.
static inline bool
hotcold_deadline_has_passed (const hotcold_limits *limits)
{
   return limits->deadline != 0 && bson_get_monotonic_time () >= limits->deadline;
}

#endif
