//! Where everybody is: ports taken first, so that nothing starts if one is taken by someone else.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use serde::Serialize;
use tokio::net::TcpListener;

use crate::cli::{CliError, serve};
use crate::key_file::replace;

/// Everybody's listener.
pub(super) struct Listeners {
    pub(super) platform: TcpListener,
    pub(super) neighbours: NeighbourListeners,
}

/// The listeners of those who are not the platform.
pub(super) struct NeighbourListeners {
    pub(super) airline: TcpListener,
    pub(super) shop: TcpListener,
    pub(super) insurer: TcpListener,
    pub(super) hotel: TcpListener,
    pub(super) museum: TcpListener,
    pub(super) phone: TcpListener,
    pub(super) registry: TcpListener,
    pub(super) inbox: TcpListener,
}

/// Everybody's address as browsers see it, without a slash at the end.
///
/// The relying parties go by number, the others by name: a browser gives cookies of `localhost` to
/// every port of it, so that only under another name does the platform's session stay out of their
/// sight, as it does for relying parties elsewhere.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Addresses {
    pub(super) platform: String,
    pub(super) airline: String,
    pub(super) shop: String,
    pub(super) insurer: String,
    pub(super) hotel: String,
    pub(super) museum: String,
    pub(super) phone: String,
    pub(super) registry: String,
    pub(super) inbox: String,
    #[serde(skip)]
    pub(super) listen: SocketAddr,
}

impl Listeners {
    /// Takes the ports that follow from `base`; any free ones if it is 0.
    pub(super) async fn bind(base: u16) -> Result<Self, CliError> {
        let at = |after: u16| {
            let port = if base == 0 { 0 } else { base.saturating_add(after) };
            serve::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), "--port")
        };
        Ok(Self {
            platform: at(0).await?,
            neighbours: NeighbourListeners {
                airline: at(1).await?,
                shop: at(2).await?,
                insurer: at(3).await?,
                hotel: at(4).await?,
                museum: at(5).await?,
                phone: at(6).await?,
                registry: at(10).await?,
                inbox: at(11).await?,
            },
        })
    }

    pub(super) fn addresses(&self) -> Result<Addresses, CliError> {
        let NeighbourListeners { airline, shop, insurer, hotel, museum, phone, registry, inbox } =
            &self.neighbours;
        let listen = local(&self.platform)?;
        let by_name =
            |listener| Ok::<_, CliError>(format!("http://localhost:{}", local(listener)?.port()));
        let by_number =
            |listener| Ok::<_, CliError>(format!("http://127.0.0.1:{}", local(listener)?.port()));
        Ok(Addresses {
            platform: by_name(&self.platform)?,
            airline: by_number(airline)?,
            shop: by_number(shop)?,
            insurer: by_number(insurer)?,
            hotel: by_number(hotel)?,
            museum: by_number(museum)?,
            phone: by_name(phone)?,
            registry: by_name(registry)?,
            inbox: by_name(inbox)?,
            listen,
        })
    }
}

fn local(listener: &TcpListener) -> Result<SocketAddr, CliError> {
    listener
        .local_addr()
        .map_err(|source| CliError::Io { doing: "learn which port was given", source })
}

impl Addresses {
    /// Writes them as JSON, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<(), CliError> {
        // Strings always have a JSON text.
        let text = serde_json::to_vec(self).unwrap_or_default();
        Ok(replace(path, &text)?)
    }

    /// For a newcomer, in both languages.
    pub(super) fn table(&self, data: &Path) -> String {
        let Self {
            platform, airline, shop, insurer, hotel, museum, phone, registry, inbox, ..
        } = self;
        format!(
            "
  隐证 · 演示   人物全属虚构           Yinzheng · demo   everybody is invented

  从这里开始    Start here             {platform}
  人物与证件    People and cards       {registry}
  短信收件箱    Text messages          {inbox}/inbox
  演示手机      Phone with a wallet    {phone}
  航空公司      Airline                {airline}
  商店          Shop                   {shop}
  保险公司      Insurer                {insurer}
  旅舍          Hotel                  {hotel}
  博物馆        Museum                 {museum}

  数据 Data {data}                     停止 Stop Ctrl-C

",
            data = data.display()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named() {
        let free = Listeners::bind(0).await.expect("free ports");
        let taken = free.addresses().expect("addresses").listen.port();
        let error = Listeners::bind(taken).await.err().expect("taken");
        assert!(
            matches!(&error, CliError::Taken { address, .. } if address.ends_with(&taken.to_string())),
            "{error}"
        );
    }
}
