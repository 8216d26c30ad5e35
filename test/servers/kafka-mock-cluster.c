/* A Kafka cluster for tests: librdkafka's mock cluster, run until standard input ends.
 * It prints the addresses of its brokers. A line "down" or "up" stops or starts them all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

int main(void) {
  char reason[512], line[64];
  const int brokers = 3;
  rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof(reason));
  if (client == NULL) {
    fprintf(stderr, "%s\n", reason);
    return EXIT_FAILURE;
  }
  rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client, brokers);
  rd_kafka_mock_topic_create(cluster, "alerts", 7, 1);
  printf("brokers %s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fflush(stdout);
  while (fgets(line, sizeof(line), stdin) != NULL) {
    for (int id = 1; id <= brokers; id++) {
      if (strcmp(line, "down\n") == 0) rd_kafka_mock_broker_set_down(cluster, id);
      if (strcmp(line, "up\n") == 0) rd_kafka_mock_broker_set_up(cluster, id);
    }
    printf("done %s", line);
    fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(client);
  return EXIT_SUCCESS;
}
