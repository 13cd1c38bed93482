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

    /**
     * @param  array<string, mixed>  $values
     * @return array<string, string>
     */
    private static function applications(array $values): array
    {
        $status = new ServerStatus($values, 0);

        return StatusReport::of($status, $status, 'auto')->sections()['Applications'] ?? [];
    }
}
