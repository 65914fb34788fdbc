//! Pages that need no data: refusals in both languages and schemes.

use tokio::net::TcpListener;

use super::driver::{Kind, with_phone};

/// Serves the pages on a free port for as long as the test runs.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    #[expect(
        clippy::disallowed_methods,
        reason = "the server ends with the test's runtime"
    )]
    tokio::spawn(minyi::web::serve(
        minyi::web::router(),
        listener,
        std::future::pending(),
    ));
    format!("http://{address}")
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_explained_in_the_readers_language() {
    let site = serve().await;
    for (language, headline) in [("zh-CN", "没有这一页"), ("en", "There is no such page")] {
        for dark in [false, true] {
            let kind = Kind {
                language,
                dark,
                ..Kind::default()
            };
            let site = site.clone();
            with_phone(kind, move |phone| async move {
                phone.open_page(&format!("{site}/no/such/page")).await;
                assert_eq!(phone.text("h1").await, headline);
                phone.assert_accessible().await;
                phone.assert_no_sideways_scroll().await;
                phone.shot("refusal").await;
                phone.tap("main a").await;
                phone.until("location.pathname === '/'").await;
            })
            .await;
        }
    }
}
