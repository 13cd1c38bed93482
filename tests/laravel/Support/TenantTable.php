<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use PDO;

/**
 * The table of the test application's own applications, in an SQLite file that goes with the object.
 */
final class TenantTable
{
    private readonly PDO $database;

    private readonly string $file;

    public function __construct()
    {
        $this->file = sys_get_temp_dir().'/reverb-'.bin2hex(random_bytes(6)).'.sqlite';
        $this->database = new PDO("sqlite:{$this->file}");
        $this->database->exec(<<<'SQL'
            CREATE TABLE tenants (
                id INTEGER PRIMARY KEY,
                app_id TEXT NOT NULL,
                key TEXT NOT NULL COLLATE NOCASE,
                secret TEXT NOT NULL,
                allowed_origins TEXT NOT NULL DEFAULT '["*"]',
                max_connections INTEGER,
                trouble TEXT
            )
            SQL);
    }

    public function __destruct()
    {
        unlink($this->file);
    }

    /**
     * With "{name}-id", "{name}-key" and "{name}-secret".
     */
    public function add(string $name, ?int $maxConnections = null, ?string $trouble = null): void
    {
        $this->database
            ->prepare('INSERT INTO tenants (app_id, key, secret, max_connections, trouble) VALUES (?, ?, ?, ?, ?)')
            ->execute(["{$name}-id", "{$name}-key", "{$name}-secret", $maxConnections, $trouble]);
    }

    public function set(string $name, string $column, string|int|null $value): void
    {
        $this->database->prepare("UPDATE tenants SET {$column} = ? WHERE app_id = ?")->execute([$value, "{$name}-id"]);
    }

    public function remove(string $name): void
    {
        $this->database->prepare('DELETE FROM tenants WHERE app_id = ?')->execute(["{$name}-id"]);
    }

    /**
     * @return array<string, string> for the application that reads it
     */
    public function environment(): array
    {
        return ['DB_CONNECTION' => 'sqlite', 'DB_DATABASE' => $this->file];
    }
}
