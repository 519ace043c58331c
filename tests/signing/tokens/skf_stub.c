/* A USB key for the tests: the part of the SKF interface (GM/T 0016) that the program calls, over the system's libcrypto.
 *
 * What is "plugged in" lies in the folder that the environment variable SKF_STUB names: each file `<device>.dev` is one token, and taking the
 * file away pulls it out. The file holds PIN, unblock code, wrong PINs left, unblock tries left, and lines "application container scalar".
 * Handles are checked, so that one that outlived its token answers INVALIDHANDLEERR. ULONG is as wide as -DULONG_BITS says.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#if ULONG_BITS == 64
typedef uint64_t ULONG;
#else
typedef uint32_t ULONG;
#endif
typedef int32_t BOOL;
typedef uint8_t BYTE;

enum {
    FAIL = 0x0A000001, NOTSUPPORT = 0x0A000003, INVALIDHANDLE = 0x0A000005, INVALIDPARAM = 0x0A000006, INDATALEN = 0x0A000010,
    KEYNOTFOUND = 0x0A00001B, BUFFER_TOO_SMALL = 0x0A000020, DEVICE_REMOVED = 0x0A000023, PIN_INCORRECT = 0x0A000024,
    PIN_LOCKED = 0x0A000025, PIN_LEN_RANGE = 0x0A000027, NOT_LOGGED_IN = 0x0A00002D, NO_APPLICATION = 0x0A00002E,
    CONTAINER_EXISTS = 0x0A000033, NO_CONTAINER = 0x0A000034
};
#define TRIES 4
#define MOST 16

#pragma pack(push, 1)
typedef struct { ULONG BitLen; BYTE X[64]; BYTE Y[64]; } ECCPUBLICKEYBLOB;
typedef struct { BYTE r[64]; BYTE s[64]; } ECCSIGNATUREBLOB;
#pragma pack(pop)

typedef struct { char application[64], container[64], scalar[65]; } Key;
typedef struct { char pin[64], code[64]; int left, code_left, count; Key keys[MOST]; } State;
typedef struct { int kind; char device[64], application[64], container[64]; } Handle; /* 1 device, 2 application, 3 container */

static Handle *handles[256];
static char logged_in[MOST][128];

static void path_of(const char *device, char *out) { snprintf(out, 512, "%s/%s.dev", getenv("SKF_STUB"), device); }

static int load(const char *device, State *state) {
    char path[512];
    path_of(device, path);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    memset(state, 0, sizeof *state);
    int ok = fscanf(file, "%63s %63s %d %d", state->pin, state->code, &state->left, &state->code_left) == 4;
    Key *key = state->keys;
    while (ok && state->count < MOST && fscanf(file, "%63s %63s %64s", key->application, key->container, key->scalar) == 3) key++, state->count++;
    fclose(file);
    return ok;
}

static void save(const char *device, const State *state) {
    char path[512], draft[520];
    path_of(device, path);
    snprintf(draft, sizeof draft, "%s.new", path);
    FILE *file = fopen(draft, "w");
    if (!file) return;
    fprintf(file, "%s %s %d %d\n", state->pin, state->code, state->left, state->code_left);
    for (int i = 0; i < state->count; i++) fprintf(file, "%s %s %s\n", state->keys[i].application, state->keys[i].container, state->keys[i].scalar);
    fclose(file);
    rename(draft, path);
}

static void forget(const char *device) {
    for (int i = 0; i < MOST; i++)
        if (!strncmp(logged_in[i], device, strlen(device)) && logged_in[i][strlen(device)] == '/') logged_in[i][0] = 0;
    for (int i = 0; i < 256; i++)
        if (handles[i] && !strcmp(handles[i]->device, device)) { free(handles[i]); handles[i] = NULL; }
}

static ULONG handle_new(int kind, const char *device, const char *application, const char *container, void **out) {
    for (int i = 0; i < 256; i++)
        if (!handles[i]) {
            Handle *one = calloc(1, sizeof *one);
            one->kind = kind;
            snprintf(one->device, 64, "%s", device);
            snprintf(one->application, 64, "%s", application);
            snprintf(one->container, 64, "%s", container);
            handles[i] = one;
            *out = one;
            return 0;
        }
    return FAIL;
}

/* Loads the token behind a handle; a token that is gone takes its handles and logins with it. */
static ULONG resolve(void *handle, int kind, State *state, Handle **out) {
    for (int i = 0; i < 256; i++)
        if (handle && handles[i] == handle && handles[i]->kind == kind) {
            *out = handles[i];
            if (load((*out)->device, state)) return 0;
            char device[64];
            snprintf(device, 64, "%s", (*out)->device);
            forget(device);
            return DEVICE_REMOVED;
        }
    return INVALIDHANDLE;
}

static ULONG release(void *handle, int kind) {
    for (int i = 0; i < 256; i++)
        if (handle && handles[i] == handle && handles[i]->kind == kind) { free(handles[i]); handles[i] = NULL; return 0; }
    return INVALIDHANDLE;
}

static char *login_of(const Handle *one, int make) {
    char name[128];
    snprintf(name, 128, "%.60s/%.60s", one->device, one->application);
    for (int i = 0; i < MOST; i++) if (!strcmp(logged_in[i], name)) return logged_in[i];
    for (int i = 0; make && i < MOST; i++) if (!logged_in[i][0]) { strcpy(logged_in[i], name); return logged_in[i]; }
    return NULL;
}

static ULONG give(char *list, ULONG *size, const char *names, ULONG length) {
    if (list && *size < length) return BUFFER_TOO_SMALL;
    if (list) memcpy(list, names, length);
    *size = length;
    return 0;
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }

ULONG SKF_EnumDev(BOOL present, char *list, ULONG *size) {
    char found[MOST][64] = {{0}}, names[MOST * 64 + 1] = {0};
    int count = 0;
    ULONG length = 0;
    DIR *folder = opendir(getenv("SKF_STUB"));
    for (struct dirent *one; folder && count < MOST && (one = readdir(folder));) {
        char *end = strstr(one->d_name, ".dev");
        if (end && !end[4]) snprintf(found[count++], 64, "%.*s", (int)(end - one->d_name), one->d_name);
    }
    if (folder) closedir(folder);
    qsort(found, (size_t)count, 64, compare);
    for (int i = 0; i < count; i++) { strcpy(names + length, found[i]); length += strlen(found[i]) + 1; }
    return present ? give(list, size, names, length + 1) : NOTSUPPORT;
}

ULONG SKF_ConnectDev(char *name, void **out) {
    State state;
    return load(name, &state) ? handle_new(1, name, "", "", out) : DEVICE_REMOVED;
}

ULONG SKF_DisConnectDev(void *device) { return release(device, 1); }

ULONG SKF_EnumApplication(void *device, char *list, ULONG *size) {
    State state; Handle *one; char names[MOST * 64 + 1] = {0}; ULONG length = 0;
    ULONG code = resolve(device, 1, &state, &one);
    if (code) return code;
    for (int i = 0; i < state.count; i++) {
        int seen = 0;
        for (int j = 0; j < i; j++) seen |= !strcmp(state.keys[j].application, state.keys[i].application);
        if (!seen) { strcpy(names + length, state.keys[i].application); length += strlen(state.keys[i].application) + 1; }
    }
    return give(list, size, names, length + 1);
}

ULONG SKF_OpenApplication(void *device, char *name, void **out) {
    State state; Handle *one;
    ULONG code = resolve(device, 1, &state, &one);
    if (code) return code;
    for (int i = 0; i < state.count; i++) if (!strcmp(state.keys[i].application, name)) return handle_new(2, one->device, name, "", out);
    return NO_APPLICATION;
}

ULONG SKF_CloseApplication(void *application) { return release(application, 2); }

ULONG SKF_EnumContainer(void *application, char *list, ULONG *size) {
    State state; Handle *one; char names[MOST * 64 + 1] = {0}; ULONG length = 0;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    for (int i = 0; i < state.count; i++)
        if (!strcmp(state.keys[i].application, one->application)) { strcpy(names + length, state.keys[i].container); length += strlen(state.keys[i].container) + 1; }
    return give(list, size, names, length + 1);
}

static Key *key_of(State *state, const Handle *one, const char *container) {
    for (int i = 0; i < state->count; i++)
        if (!strcmp(state->keys[i].application, one->application) && !strcmp(state->keys[i].container, container)) return &state->keys[i];
    return NULL;
}

ULONG SKF_OpenContainer(void *application, char *name, void **out) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    return key_of(&state, one, name) ? handle_new(3, one->device, one->application, name, out) : NO_CONTAINER;
}

ULONG SKF_CreateContainer(void *application, char *name, void **out) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    if (!login_of(one, 0)) return NOT_LOGGED_IN;
    if (key_of(&state, one, name)) return CONTAINER_EXISTS;
    if (state.count == MOST) return FAIL;
    Key *key = &state.keys[state.count++];
    snprintf(key->application, 64, "%s", one->application);
    snprintf(key->container, 64, "%s", name);
    strcpy(key->scalar, "-");
    save(one->device, &state);
    return handle_new(3, one->device, one->application, name, out);
}

ULONG SKF_CloseContainer(void *container) { return release(container, 3); }

static ULONG tried(const char *device, State *state, int *left, const char *right, const char *given, ULONG *retries) {
    *retries = (ULONG)*left;
    if (*left == 0) return PIN_LOCKED;
    if (strcmp(right, given)) {
        *retries = (ULONG)--*left;
        save(device, state);
        return *left ? PIN_INCORRECT : PIN_LOCKED;
    }
    *left = TRIES;
    save(device, state);
    return 0;
}

static ULONG form(const char *pin) { return strlen(pin) < 6 || strlen(pin) > 16 || strpbrk(pin, " \n") ? PIN_LEN_RANGE : 0; }

ULONG SKF_VerifyPIN(void *application, ULONG type, char *pin, ULONG *retries) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    if (type != 1) return INVALIDPARAM;
    if ((code = tried(one->device, &state, &state.left, state.pin, pin, retries))) {
        char *login = login_of(one, 0);
        if (login) login[0] = 0;
        return code;
    }
    return login_of(one, 1) ? 0 : FAIL;
}

ULONG SKF_ChangePIN(void *application, ULONG type, char *old, char *new, ULONG *retries) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    if (type != 1) return INVALIDPARAM;
    if ((code = form(new)) || (code = tried(one->device, &state, &state.left, state.pin, old, retries))) return code;
    snprintf(state.pin, 64, "%s", new);
    save(one->device, &state);
    return 0;
}

ULONG SKF_UnblockPIN(void *application, char *given, char *new, ULONG *retries) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    if ((code = form(new)) || (code = tried(one->device, &state, &state.code_left, state.code, given, retries))) return code;
    snprintf(state.pin, 64, "%s", new);
    state.left = TRIES;
    save(one->device, &state);
    return 0;
}

ULONG SKF_GetPINInfo(void *application, ULONG type, ULONG *most, ULONG *left, BOOL *initial) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    if (type != 1) return INVALIDPARAM;
    *most = TRIES;
    *left = (ULONG)state.left;
    *initial = 0;
    return 0;
}

ULONG SKF_ClearSecureState(void *application) {
    State state; Handle *one;
    ULONG code = resolve(application, 2, &state, &one);
    if (code) return code;
    char *login = login_of(one, 0);
    if (login) login[0] = 0;
    return 0;
}

/* The SM2 pair of a scalar in hex; made anew where there is none. */
static EVP_PKEY *pair_of(const char *hex) {
    if (*hex == '-') return EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    BIGNUM *scalar = NULL;
    BN_hex2bn(&scalar, hex);
    EC_GROUP *group = EC_GROUP_new_by_curve_name_ex(NULL, NULL, NID_sm2);
    EC_POINT *point = EC_POINT_new(group);
    EC_POINT_mul(group, point, scalar, NULL, NULL, NULL);
    BYTE octets[65];
    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets, 65, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, octets, 65);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY *pair = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &pair, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    BN_free(scalar);
    return pair;
}

static ULONG blob_of(EVP_PKEY *pair, ECCPUBLICKEYBLOB *blob) {
    BYTE octets[65];
    size_t size;
    if (!EVP_PKEY_get_octet_string_param(pair, OSSL_PKEY_PARAM_PUB_KEY, octets, 65, &size) || size != 65) return FAIL;
    memset(blob, 0, sizeof *blob);
    blob->BitLen = 256;
    memcpy(blob->X + 32, octets + 1, 32);
    memcpy(blob->Y + 32, octets + 33, 32);
    return 0;
}

ULONG SKF_GenECCKeyPair(void *container, ULONG algorithm, ECCPUBLICKEYBLOB *blob) {
    State state; Handle *one;
    ULONG code = resolve(container, 3, &state, &one);
    if (code) return code;
    if (!login_of(one, 0)) return NOT_LOGGED_IN;
    if (algorithm != 0x00020200) return INVALIDPARAM; /* the second number that is tried */
    EVP_PKEY *pair = pair_of("-");
    BIGNUM *scalar = NULL;
    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_PRIV_KEY, &scalar);
    char *hex = BN_bn2hex(scalar);
    snprintf(key_of(&state, one, one->container)->scalar, 65, "%s", hex);
    save(one->device, &state);
    OPENSSL_free(hex);
    BN_free(scalar);
    code = blob_of(pair, blob);
    EVP_PKEY_free(pair);
    return code;
}

ULONG SKF_ExportPublicKey(void *container, BOOL sign, BYTE *out, ULONG *size) {
    State state; Handle *one; ECCPUBLICKEYBLOB blob;
    ULONG code = resolve(container, 3, &state, &one);
    if (code) return code;
    Key *key = key_of(&state, one, one->container);
    if (!sign || !key || *key->scalar == '-') return KEYNOTFOUND;
    if (*size < sizeof blob) return BUFFER_TOO_SMALL;
    EVP_PKEY *pair = pair_of(key->scalar);
    code = blob_of(pair, &blob);
    EVP_PKEY_free(pair);
    memcpy(out, &blob, sizeof blob);
    *size = sizeof blob;
    return code;
}

static void right_aligned(BYTE *out, const BIGNUM *number) { memset(out, 0, 64); BN_bn2binpad(number, out + 32, 32); }

ULONG SKF_ECCSignData(void *container, BYTE *data, ULONG length, ECCSIGNATUREBLOB *out) {
    State state; Handle *one;
    ULONG code = resolve(container, 3, &state, &one);
    if (code) return code;
    if (!login_of(one, 0)) return NOT_LOGGED_IN;
    if (length != 32) return INDATALEN;
    Key *key = key_of(&state, one, one->container);
    if (!key || *key->scalar == '-') return KEYNOTFOUND;
    EVP_PKEY *pair = pair_of(key->scalar);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pair, NULL);
    BYTE signature[128];
    const BYTE *at = signature;
    size_t size = sizeof signature;
    code = FAIL;
    if (EVP_PKEY_sign_init(context) > 0 && EVP_PKEY_sign(context, signature, &size, data, 32) > 0) {
        ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, (long)size);
        right_aligned(out->r, ECDSA_SIG_get0_r(parts));
        right_aligned(out->s, ECDSA_SIG_get0_s(parts));
        ECDSA_SIG_free(parts);
        code = 0;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(pair);
    return code;
}
