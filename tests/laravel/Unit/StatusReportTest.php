<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Status\ServerStatus;
use Reverb\Laravel\Status\StatusReport;

final class StatusReportTest extends TestCase
{
    #[Test]
    public function it_says_how_many_applications_the_server_did_not_name(): void
    {
        $applications = ['a' => ['connections' => 1, 'channels' => 2, 'messages_received' => 3, 'messages_sent' => 4_000]];

        $this->assertSame(
            ['a' => '1 connection, 2 channels, 3 messages received, 4,000 sent'],
            self::applications(['applications' => $applications, 'applications_left_out' => 0])
        );
        $this->assertSame(
            '2,500 applications with fewer connections',
            self::applications(['applications' => $applications, 'applications_left_out' => 2_500])['Further']
        );
    }

    #[Test]
    public function it_has_a_section_on_the_cluster_of_a_node_alone(): void
    {
        $cluster = [
            'node' => '00000000000000ff', 'redis' => 'down: Redis at r:6379 cannot be reached.', 'nodes' => 3,
            'published' => 1_000, 'received' => 2_000, 'dropped' => 4, 'unconfirmed' => 5, 'reconnects' => 6, 'queued_bytes' => 2_048,
            'subscriptions_degraded' => 7, 'questions_incomplete' => 8, 'unreadable' => 9, 'errors' => 10,
        ];

        $this->assertSame([
            'Node' => '00000000000000ff', 'Nodes' => '3', 'Redis' => 'down: Redis at r:6379 cannot be reached.', 'Bytes for Redis' => '2 KiB',
            'Published' => '1,000', 'Received' => '2,000', 'Dropped' => '4', 'Unconfirmed' => '5', 'Unreadable' => '9', 'Reconnects' => '6', 'Errors of Redis' => '10',
            'Subscriptions without Redis' => '7', 'Questions without all answers' => '8',
        ], self::section('Cluster', ['cluster' => $cluster]));
        $this->assertSame([], self::section('Cluster', ['cluster' => null]));
        $this->assertSame([], self::section('Cluster', []));
    }

    /**
     * @param  array<string, mixed>  $values
     * @return array<string, string>
     */
    private static function applications(array $values): array
    {
        return self::section('Applications', $values);
    }

    /**
     * @param  array<string, mixed>  $values
     * @return array<string, string>
     */
    private static function section(string $name, array $values): array
    {
        $status = new ServerStatus($values, 0);

        return StatusReport::of($status, $status, 'auto')->sections()[$name] ?? [];
    }
}
