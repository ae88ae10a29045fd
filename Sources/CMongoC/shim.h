// The whole border between Swift and libmongoc: bytes in, bytes out.
//
// Debian aligns `bson_t` and `bson_iter_t` to 128 bytes, so Swift imports pointers to them as opaque, could not
// allocate one correctly, and must never move one. They live and die inside these functions. A document enters as
// a pointer and a length that the caller keeps alive for the call; a reply leaves as a `hotcold_bytes` that the
// caller frees with `bson_free`.

#ifndef HOTCOLD_CMONGOC_SHIM_H
#define HOTCOLD_CMONGOC_SHIM_H

#include <malloc.h>
#include <mongoc/mongoc.h>
#include <openssl/sha.h>

#include "limits.h"

#if !MONGOC_CHECK_VERSION(1, 23, 0)
#error "hotcold needs libmongoc 1.23 or later. On Debian and Ubuntu: apt-get install libmongoc-dev"
#endif

/// A BSON document that libbson allocated: free `data` with `bson_free`. `data` is NULL when there is none.
typedef struct {
   uint8_t *data;
   uint32_t length;
} hotcold_bytes;

/// Which of the driver's command functions to use: they differ in what they retry and inherit.
typedef enum {
   HOTCOLD_COMMAND_RAW = 0,
   HOTCOLD_COMMAND_READ = 1,
   HOTCOLD_COMMAND_WRITE = 2,
} hotcold_command_kind;

/// Lets malloc keep what is freed, in one heap: a batch's buffers of some megabytes are the next batch's.
///
/// glibc would give each back to the kernel and take new pages for the next, a page fault for every four kilobytes that
/// are moved. Both thresholds are at or above the largest buffers of a batch. A heap for each thread, as glibc has it,
/// would hold the largest buffers once for each, and grow for as long as threads take turns: 47 MB after a million
/// documents of 1 kB where one heap has 33, at the same speed, since movers mostly wait for servers.
static inline void
hotcold_keep_freed_memory (void)
{
   mallopt (M_ARENA_MAX, 1);
   mallopt (M_MMAP_THRESHOLD, 32 << 20);
   mallopt (M_TRIM_THRESHOLD, 128 << 20);
}

// glibc declares it to those who ask for GNU's extensions, which the Swift compiler does not.
int memfd_create (const char *name, unsigned int flags);

/// Memory that has a file descriptor and no name; -1 where the kernel refuses it.
static inline int
hotcold_nameless_memory (const char *title)
{
   return memfd_create (title, 1u /* MFD_CLOEXEC */);
}

/// The message of an error; Swift imports the C array as a tuple of 504 elements.
static inline const char *
hotcold_error_message (const bson_error_t *error)
{
   return error->message;
}

/// The name or address of a host; Swift imports the C array as a tuple.
static inline const char *
hotcold_host (const mongoc_host_list_t *host)
{
   return host->host;
}

/// The same with its port.
static inline const char *
hotcold_host_and_port (const mongoc_host_list_t *host)
{
   return host->host_and_port;
}

/// Moves the bytes of a reply out and destroys the reply.
static inline hotcold_bytes
hotcold_take (bson_t *reply)
{
   hotcold_bytes bytes = {NULL, 0};
   bytes.data = bson_destroy_with_steal (reply, true, &bytes.length);
   return bytes;
}

/// Options that carry the session and, when `server_id` is not 0, the server that a cursor lives on.
static inline bool
hotcold_session_options (bson_t *options, const mongoc_client_session_t *session, uint32_t server_id, bson_error_t *error)
{
   bson_init (options);
   if (server_id != 0 && !BSON_APPEND_INT32 (options, "serverId", (int32_t) server_id)) {
      return false;
   }
   return session == NULL || mongoc_client_session_append (session, options, error);
}

/// Runs one command in the session. `reply` is set in every case.
static inline bool
hotcold_command (mongoc_client_t *client,
                 const char *database,
                 const uint8_t *command,
                 size_t command_length,
                 hotcold_command_kind kind,
                 const mongoc_client_session_t *session,
                 uint32_t server_id,
                 hotcold_bytes *reply,
                 bson_error_t *error)
{
   bson_t document, options, answer;
   bool ok = false;
   reply->data = NULL;
   reply->length = 0;
   if (!bson_init_static (&document, command, command_length)) {
      bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "the command is not a BSON document");
      return false;
   }
   if (hotcold_session_options (&options, session, server_id, error)) {
      switch (kind) {
      case HOTCOLD_COMMAND_READ:
         ok = mongoc_client_read_command_with_opts (client, database, &document, NULL, &options, &answer, error);
         break;
      case HOTCOLD_COMMAND_WRITE:
         ok = mongoc_client_write_command_with_opts (client, database, &document, &options, &answer, error);
         break;
      case HOTCOLD_COMMAND_RAW:
         ok = mongoc_client_command_with_opts (client, database, &document, NULL, &options, &answer, error);
         break;
      }
      *reply = hotcold_take (&answer);
   }
   bson_destroy (&options);
   return ok;
}

/// Inserts `count` documents that lie in `arena` at `offsets` (each starts with its own length) in one ordered
/// bulk. Client-side validation is off: it refuses empty keys, which servers do store.
static inline bool
hotcold_insert (mongoc_client_t *client,
                const char *database,
                const char *collection,
                const uint8_t *arena,
                const size_t *offsets,
                size_t count,
                const char *comment,
                const mongoc_client_session_t *session,
                hotcold_bytes *reply,
                bson_error_t *error)
{
   bson_t options, insert_options, answer, document;
   bson_init (&insert_options);
   BSON_APPEND_BOOL (&insert_options, "validate", false);
   reply->data = NULL;
   reply->length = 0;
   bool ok = hotcold_session_options (&options, session, 0, error) && BSON_APPEND_UTF8 (&options, "comment", comment);
   if (ok) {
      mongoc_collection_t *target = mongoc_client_get_collection (client, database, collection);
      mongoc_bulk_operation_t *bulk = mongoc_collection_create_bulk_operation_with_opts (target, &options);
      for (size_t i = 0; ok && i < count; i++) {
         uint32_t length;
         memcpy (&length, arena + offsets[i], sizeof length);
         ok = bson_init_static (&document, arena + offsets[i], BSON_UINT32_FROM_LE (length));
         if (!ok) {
            bson_set_error (error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "a document is not BSON");
         } else {
            ok = mongoc_bulk_operation_insert_with_opts (bulk, &document, &insert_options, error);
         }
      }
      if (ok) {
         ok = mongoc_bulk_operation_execute (bulk, &answer, error) != 0;
         *reply = hotcold_take (&answer);
      }
      mongoc_bulk_operation_destroy (bulk);
      mongoc_collection_destroy (target);
   }
   bson_destroy (&options);
   bson_destroy (&insert_options);
   return ok;
}

/// Commits the session's transaction; the reply carries the error labels.
static inline bool
hotcold_commit (mongoc_client_session_t *session, hotcold_bytes *reply, bson_error_t *error)
{
   bson_t answer;
   bool ok = mongoc_client_session_commit_transaction (session, &answer, error);
   *reply = hotcold_take (&answer);
   return ok;
}

/// The session's `lsid` document, which `killSessions` takes; owned by the session.
static inline const uint8_t *
hotcold_session_id (const mongoc_client_session_t *session, size_t *length)
{
   const bson_t *lsid = mongoc_client_session_get_lsid (session);
   *length = lsid->len;
   return bson_get_data (lsid);
}

/// Extended JSON to BSON. NULL data and `error` set when the text is not one JSON object.
static inline hotcold_bytes
hotcold_from_json (const char *json, size_t length, bson_error_t *error)
{
   hotcold_bytes bytes = {NULL, 0};
   bson_t document;
   if (bson_init_from_json (&document, json, (ssize_t) length, error)) {
      bytes = hotcold_take (&document);
   }
   return bytes;
}

/// BSON to Extended JSON v2: a string to free with `bson_free`, or NULL where the document has text that is not
/// UTF-8 or nests too deep.
static inline char *
hotcold_to_json (const uint8_t *document, size_t document_length, bool canonical, size_t *length)
{
   bson_t view;
   if (!bson_init_static (&view, document, document_length)) {
      return NULL;
   }
   return canonical ? bson_as_canonical_extended_json (&view, length) : bson_as_relaxed_extended_json (&view, length);
}

#endif
