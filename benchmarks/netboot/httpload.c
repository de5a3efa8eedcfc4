/* Many HTTP clients in one thread: HOST PORT PATH CLIENTS SECONDS PAUSE_MS -> one JSON object.
 *
 * Each client keeps its connection and asks for PATH again and again until SECONDS have passed, PAUSE_MS between one
 * answer and the next request. Bodies are dropped in the kernel (MSG_TRUNC), so that the client is never the slow part.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 2048, TAKE = 1 << 22, MOST_TIMES = 1 << 22 };

struct client {
    int fd, length;
    char head[HEAD + 1];
    int64_t left;
    double asked, next;
};

static struct sockaddr_in server;
static char request[512];
static int poller;
static double pause_seconds, stop;
static uint64_t bytes, answers, failures;
static float *times;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void ask(struct client *c)
{
    c->length = 0, c->left = -1, c->asked = now(), c->next = 0;
    if (send(c->fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        failures++;
}

static void open_connection(struct client *c)
{
    int one = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (struct sockaddr *)&server, sizeof server) < 0)
        perror("connect"), exit(1);
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void answered(struct client *c)
{
    double at = now();
    if (answers < MOST_TIMES)
        times[answers] = at - c->asked;
    answers++;
    c->next = at + pause_seconds;
    if (pause_seconds == 0 && at < stop)
        ask(c);
}

static void parse_head(struct client *c)
{
    char *end = (c->head[c->length] = 0, strstr(c->head, "\r\n\r\n")), *length = strcasestr(c->head, "content-length:");
    if (!end)
        return;
    if (strncmp(c->head, "HTTP/1.1 200", 12) || !length)
        failures++, c->left = 0;
    else
        c->left = atoll(length + 15) - (c->head + c->length - end - 4);
    bytes += c->head + c->length - end - 4;
}

static void receive(struct client *c)
{
    ssize_t got;
    if (c->left < 0) {
        got = recv(c->fd, c->head + c->length, HEAD - c->length, MSG_DONTWAIT);
        if (got > 0)
            c->length += got, parse_head(c);
    } else {
        got = recv(c->fd, NULL, c->left < TAKE ? c->left : TAKE, MSG_DONTWAIT | MSG_TRUNC);
        if (got > 0)
            c->left -= got, bytes += got;
    }
    if (got == 0) {
        failures++;
        close(c->fd);
        open_connection(c);
        ask(c);
    } else if (c->left == 0) {
        answered(c);
    }
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    int clients = atoi(argv[4]);
    struct epoll_event events[256];
    struct client *all = calloc(clients, sizeof *all);
    times = malloc(MOST_TIMES * sizeof *times);
    server.sin_family = AF_INET, server.sin_addr.s_addr = inet_addr(argv[1]), server.sin_port = htons(atoi(argv[2]));
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s:%s\r\n\r\n", argv[3], argv[1], argv[2]);
    pause_seconds = atoi(argv[6]) * 1e-3;
    poller = epoll_create1(0);
    for (int i = 0; i < clients; i++)
        open_connection(&all[i]);
    double began = now(), at = began;
    stop = began + atof(argv[5]);
    for (int i = 0; i < clients; i++) {
        if (pause_seconds > 0)
            all[i].next = began + pause_seconds * i / clients;
        else
            ask(&all[i]);
    }
    while ((at = now()) < stop) {
        int ready = epoll_wait(poller, events, 256, pause_seconds > 0 ? 1 : 100);
        for (int i = 0; i < ready; i++)
            receive(events[i].data.ptr);
        for (int i = 0; pause_seconds > 0 && i < clients; i++)
            if (all[i].next && all[i].next <= at)
                ask(&all[i]);
    }
    uint64_t kept = answers < MOST_TIMES ? answers : MOST_TIMES;
    qsort(times, kept, sizeof *times, ascending);
    printf("{\"bytes\": %lu, \"seconds\": %f, \"answers\": %lu, \"failures\": %lu, \"median_ms\": %f, \"p99_ms\": %f}\n", bytes,
           now() - began, answers, failures, kept ? times[kept / 2] * 1e3 : 0, kept ? times[kept * 99 / 100] * 1e3 : 0);
    return 0;
}
