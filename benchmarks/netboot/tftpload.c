/* Many TFTP clients in one thread: HOST PORT FILE CLIENTS ROUNDS BLKSIZE WINDOW DELAY_US -> one JSON object.
 *
 * Each client downloads FILE ROUNDS times, one after the other, from a new port each time. DELAY_US makes every datagram
 * act that much later than it came: a round trip of that length, the same for every server. Blocks out of order are
 * answered as RFC 7440 wants. After a second of silence the last packet is sent again, at most ten times.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 2048, QUEUED = 256, RETRIES = 10 };
static const double PATIENCE = 1.0;

struct datagram { double due; int length; unsigned char bytes[LARGEST]; };

struct client {
    int fd, rounds, window, connected, tries;
    uint32_t block, unanswered;
    uint64_t received;
    double heard;
    unsigned char last[600];
    int last_length;
    struct datagram *queue;
    int head, count;
};

static struct sockaddr_in server;
static const char *file;
static int clients, blksize, windowsize, poller, running;
static double delay;
static uint64_t bytes, failures, repeats, files;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void transmit(struct client *c)
{
    if (c->connected)
        send(c->fd, c->last, c->last_length, 0);
    else
        sendto(c->fd, c->last, c->last_length, 0, (struct sockaddr *)&server, sizeof server);
}

static void acknowledge(struct client *c)
{
    c->last[0] = 0, c->last[1] = 4, c->last[2] = c->block >> 8, c->last[3] = c->block;
    c->last_length = 4;
    c->unanswered = 0;
    transmit(c);
}

static char *append(char *at, const char *text)
{
    return stpcpy(at, text) + 1;
}

static void begin(struct client *c)
{
    char *at = (char *)c->last + 2, number[16];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
    c->block = c->unanswered = c->received = c->connected = c->tries = c->head = c->count = 0;
    c->window = 1;
    c->heard = now();
    c->last[0] = 0, c->last[1] = 1;
    at = append(append(at, file), "octet");
    snprintf(number, sizeof number, "%d", blksize);
    at = append(append(at, "blksize"), number);
    if (windowsize > 1) {
        snprintf(number, sizeof number, "%d", windowsize);
        at = append(append(at, "windowsize"), number);
    }
    c->last_length = at - (char *)c->last;
    transmit(c);
}

static void end(struct client *c, int failed)
{
    close(c->fd);
    c->fd = -1;
    if (failed)
        failures++;
    else
        files++, bytes += c->received;
    if (--c->rounds > 0)
        begin(c);
    else
        running--;
}

static void grant(struct client *c, const unsigned char *packet, int length)
{
    for (const char *at = (const char *)packet + 2, *stop = (const char *)packet + length; at < stop;) {
        const char *value = at + strlen(at) + 1;
        if (!strcasecmp(at, "windowsize"))
            c->window = atoi(value);
        at = value + strlen(value) + 1;
    }
    acknowledge(c);
}

static void take(struct client *c, const unsigned char *packet, int length)
{
    uint16_t number = packet[2] << 8 | packet[3];
    c->heard = now(), c->tries = 0;
    if (packet[1] == 6) {
        grant(c, packet, length);
    } else if (packet[1] != 3) {
        end(c, 1);
    } else if (number != (uint16_t)(c->block + 1)) {
        if (c->unanswered) /* a gap: say once where it begins */
            acknowledge(c);
    } else {
        c->block++, c->unanswered++, c->received += length - 4;
        int last = length - 4 < blksize;
        if (last || (int)c->unanswered >= c->window)
            acknowledge(c);
        if (last)
            end(c, 0);
    }
}

static void receive(struct client *c)
{
    static unsigned char packet[LARGEST];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    int length;
    while (c->fd >= 0 && (length = recvfrom(c->fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &size)) > 3) {
        if (!c->connected)
            connect(c->fd, (struct sockaddr *)&from, size), c->connected = 1;
        if (delay == 0) {
            int fd = c->fd;
            take(c, packet, length);
            if (c->fd != fd)
                return;
        } else if (c->count < QUEUED) {
            struct datagram *d = &c->queue[(c->head + c->count++) % QUEUED];
            d->due = now() + delay, d->length = length;
            memcpy(d->bytes, packet, length);
        }
    }
}

static void act(struct client *c, double at)
{
    while (c->fd >= 0 && c->count && c->queue[c->head].due <= at) {
        struct datagram *d = &c->queue[c->head];
        c->head = (c->head + 1) % QUEUED, c->count--;
        take(c, d->bytes, d->length);
    }
    if (c->fd >= 0 && at - c->heard > PATIENCE * (c->tries + 1)) {
        repeats++;
        if (++c->tries > RETRIES)
            end(c, 1);
        else
            transmit(c);
    }
}

int main(int argc, char **argv)
{
    if (argc != 9)
        return 2;
    server.sin_family = AF_INET, server.sin_addr.s_addr = inet_addr(argv[1]), server.sin_port = htons(atoi(argv[2]));
    file = argv[3], clients = atoi(argv[4]), blksize = atoi(argv[6]), windowsize = atoi(argv[7]), delay = atoi(argv[8]) * 1e-6;
    poller = epoll_create1(0);
    struct client *all = calloc(clients, sizeof *all);
    struct epoll_event events[256];
    double began = now(), looked = began;
    running = clients;
    for (int i = 0; i < clients; i++) {
        all[i].rounds = atoi(argv[5]);
        all[i].queue = delay > 0 ? calloc(QUEUED, sizeof(struct datagram)) : NULL;
        begin(&all[i]);
    }
    while (running > 0) {
        int ready = epoll_wait(poller, events, 256, delay > 0 ? 0 : 100);
        for (int i = 0; i < ready; i++)
            receive(events[i].data.ptr);
        double at = now();
        if (delay > 0 || at - looked > 0.1) {
            looked = at;
            for (int i = 0; i < clients; i++)
                act(&all[i], at);
        }
    }
    printf("{\"bytes\": %lu, \"seconds\": %f, \"files\": %lu, \"failures\": %lu, \"repeats\": %lu}\n", bytes, now() - began, files,
           failures, repeats);
    return 0;
}
