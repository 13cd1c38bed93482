// A real server of the tests: on 127.0.0.1, any free port, two I/O threads, one application, a
// unix socket in a directory of its own. Owned by a test; ends with it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "publisher/peer.h"
#include "server.h"
#include "support/application.h"
#include "support/web_socket_client.h"

namespace reverb::testing {

class TestServer {
  public:
    using Configure = std::function<void(ServerConfig&)>;

    // `prepare` gets the server before it starts.
    explicit TestServer(const Configure& configure = {},
                        const std::function<void(Server&)>& prepare = {}) {
        ServerConfig config;
        config.host = "127.0.0.1";
        config.port = 0;
        config.threads = 2;
        config.socket = directory_.file("reverb.sock");
        config.socket_required = true;
        config.apps = {test_application()};
        if (configure) {
            configure(config);
        }
        application_ = config.apps.empty() ? test_application() : config.apps.front();
        server_ = std::make_unique<Server>(std::move(config), hooks_);
        if (prepare) {
            prepare(*server_);
        }
        server_->start();
    }

    [[nodiscard]] Server& operator*() const noexcept { return *server_; }
    [[nodiscard]] Server* operator->() const noexcept { return server_.get(); }
    [[nodiscard]] std::uint16_t port() const noexcept { return server_->port(); }
    [[nodiscard]] const Application& application() const noexcept { return application_; }
    [[nodiscard]] HookQueue& hooks() const noexcept { return *hooks_; }

    // A client that has been greeted.
    [[nodiscard]] std::unique_ptr<WebSocketClient> connect(
        const ConnectOptions& options = {}) const {
        auto client = std::make_unique<WebSocketClient>(port(), options);
        client->greeted();
        return client;
    }

    // Publishes within this process.
    [[nodiscard]] Answer publish(const std::string& channel, const std::string& data,
                                 const std::string& except = {}) const {
        PublishRequest request;
        request.app_id = application_.id;
        request.channels = {channel};
        request.event = "event";
        request.data = data;
        request.except = except;
        return server_->publish(request).value();
    }

  private:
    TemporaryDirectory directory_;
    Application application_;
    std::shared_ptr<HookQueue> hooks_ = std::make_shared<HookQueue>();
    std::unique_ptr<Server> server_;
};

}  // namespace reverb::testing
